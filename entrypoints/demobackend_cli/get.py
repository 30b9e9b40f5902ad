"""get: a file out of the store, verified before it is in place."""

import os
import secrets
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from demobackend_cli import api
from demobackend_cli.api import Ask
from demobackend_cli.file_ids import file_path
from demobackend_cli.invocation import Given
from demobackend_cli.output import print_json, say, shown
from demobackend_cli.progress import bar
from demobackend_cli.session import signed_in
from demobackend_cli.stops import Stopped
from demobackend_cli.transfers import got_bytes
from demobackend_cli.wire import Link, ShownFile

_STDOUT = Path("-")
_WRONG = "what arrived is not what was stored"


def get(
    file_id: Annotated[str, Parameter(name="ID", help="The file's id, as `put`, `ls` and `search` print it.")],
    /,
    *,
    output: Annotated[
        Path | None,
        Parameter(
            name=("--output", "-o"), allow_leading_hyphen=True, help="Where to write; - is standard output. Else the file's own name."
        ),
    ] = None,
    force: Annotated[bool, Parameter(help="Overwrite a file that exists.")] = False,
    given: Given,
) -> None:
    """Download a file. It appears in place once its size and SHA-256 are found right."""
    with signed_in(given) as session:
        file = session.ask(api.get(file_path(file_id))).read(ShownFile)
        if output == _STDOUT:
            _print(session.ask, file)
            return
        target = _target(output, file["name"])
        _require_free(target, force=force)
        _save(session.ask, file, target, force=force)
    if given.as_json:
        print_json({"file": file, "path": str(target)})
    say(f"{shown(str(target))}: {file['size']} bytes, verified.")


def _print(ask: Ask, file: ShownFile) -> None:
    if not _receive(ask, file, sys.stdout.buffer.write):
        raise Stopped(_WRONG, hint="Do not use what went to standard output; try again.")
    sys.stdout.buffer.flush()


def _receive(ask: Ask, file: ShownFile, write: Callable[[bytes], object]) -> bool:
    """Hand on the bytes as they come; return whether they are those that were stored. Raises `Stopped`."""
    digest, size = sha256(), 0
    link = ask(api.get(f"{file_path(file['id'])}/link")).read(Link)
    with bar(f"{file['name']}: downloading", file["size"]) as advance, got_bytes(link["url"]) as chunks:
        for chunk in chunks:
            write(chunk)
            digest.update(chunk)
            size += len(chunk)
            advance(len(chunk))
    return size == file["size"] and file["sha256"] in {None, digest.hexdigest()}


def _target(output: Path | None, name: str) -> Path:
    """The file to write: a name that came from a server stays within the folder. Raises `Stopped`."""
    if output is not None and not output.is_dir():
        return output
    if name in {"", ".", ".."} or any(character in name for character in "/\\\0"):
        raise Stopped("the file's name cannot be used here", hint="Give another with -o.")
    return (output or Path()) / name


def _require_free(target: Path, *, force: bool) -> None:
    """Raises `Stopped`. What is no regular file is never replaced."""
    if not os.path.lexists(target):
        return
    if target.exists() and not target.is_file():
        raise Stopped(f"{shown(str(target))} is no regular file")
    if not force:
        raise Stopped(f"{shown(str(target))} exists", hint="Overwrite it with --force, or choose another name with -o.")


def _save(ask: Ask, file: ShownFile, target: Path, *, force: bool) -> None:
    target = target.resolve()  # a link stays a link; what it points to is replaced
    temporary = target.with_name(f".demobackend-{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as stream:
            if not _receive(ask, file, stream.write):
                raise Stopped(_WRONG, hint="Try again; nothing of it was kept.")
        _require_free(target, force=force)
        temporary.replace(target)
    except OSError as error:
        raise Stopped(f"{shown(str(target))} cannot be written: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)
