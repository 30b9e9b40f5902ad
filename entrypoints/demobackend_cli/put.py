"""put: files into the store."""

import stat
import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from demobackend_cli.api import Ask, get
from demobackend_cli.invocation import Given
from demobackend_cli.output import print_json, print_row, say, shown
from demobackend_cli.progress import bar
from demobackend_cli.session import signed_in
from demobackend_cli.stops import Stopped, WrongUsage
from demobackend_cli.uploads import Described, upload
from demobackend_cli.wire import ShownFile

_WAIT_SECONDS = 120.0
_LONGEST_PAUSE = 1.0


def put(
    *files: Annotated[Path, Parameter(name="FILE", required=True, help="The files to upload.")],
    name: Annotated[str | None, Parameter(help="Store the file under another name.")] = None,
    tag: Annotated[tuple[str, ...], Parameter(help="Put a tag on the file; may be repeated.")] = (),
    description: Annotated[str | None, Parameter(help="Describe the file.")] = None,
    media_type: Annotated[str | None, Parameter(help="Say what the file is; else its name tells.")] = None,
    wait: Annotated[bool, Parameter(help="Wait until the file can be found by search.")] = False,
    given: Given,
) -> None:
    """Upload files, one after the other, and print the id and name of each.

    Of a file whose upload fails or is interrupted nothing is left. The files before it stay, and a file that is printed is stored.
    """
    if name is not None and len(files) > 1:
        raise WrongUsage("--name gives one file a name, and there are several files")
    for path in files:
        _require_file(path)
    with signed_in(given) as session:
        for path in files:
            described = Described(name=name or path.name, media_type=media_type, tags=tag, description=description)
            with path.open("rb") as stream:
                stored = upload(session.ask, stream, described, bar)
            _tell(session.ask, stored, wait=wait, as_json=given.as_json)


def _tell(ask: Ask, stored: ShownFile, *, wait: bool, as_json: bool) -> None:
    """Name the file before it is waited for; as JSON, which tells whether it is searchable, when the waiting ends, however it does."""
    if not as_json:
        print_row(stored["id"], stored["name"])
    try:
        if wait:
            stored = _searchable(ask, stored)
    finally:
        if as_json:
            print_json(stored)


def _require_file(path: Path) -> None:
    """Before the first byte is sent. Raises `Stopped`."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            path.open("rb").close()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no path"
        raise Stopped(f"{shown(str(path))} cannot be read: {reason}") from None
    if not stat.S_ISREG(mode):
        raise Stopped(f"{shown(str(path))} is no regular file")


def _searchable(ask: Ask, stored: ShownFile) -> ShownFile:
    """The file once the index holds it. Raises `Stopped` when that takes too long."""
    deadline = time.monotonic() + _WAIT_SECONDS
    pause = 0.05
    while not stored["searchable"]:
        if time.monotonic() > deadline:
            raise Stopped(f"{stored['id']} is stored, but cannot be found by search yet")
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
        stored = ask(get(f"/v1/files/{stored['id']}")).read(ShownFile)
    if stored["text_status"] == "unreadable":
        say(f"The text of {shown(stored['name'])} cannot be read: it is found by name, tags and description only.")
    return stored
