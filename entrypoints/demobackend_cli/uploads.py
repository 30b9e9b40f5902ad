"""A file's way up: declared, its bytes brought, completed; or taken back."""

import mimetypes
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from demobackend_cli.api import Ask, Question, post
from demobackend_cli.progress import Track
from demobackend_cli.stops import Stopped
from demobackend_cli.transfers import CHUNK, put_bytes
from demobackend_cli.wire import CreatedFile, ShownFile

# What this machine's tables may lack of the types that are read for search.
_TYPES = {
    ".md": "text/markdown",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_COMPRESSED = {"gzip": "application/gzip", "bzip2": "application/x-bzip2", "xz": "application/x-xz"}
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What is said of a file; `media_type` None is told from the name."""

    name: str
    media_type: str | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None


def upload(ask: Ask, stream: BinaryIO, described: Described, track: Track) -> ShownFile:
    """Bring the stream's bytes, to its end, into a new file. When anything keeps that from ending well, also an interrupt,
    the upload is taken back. Raises `Stopped`."""
    size, digest = _measured(stream, described.name, track)
    created = ask(post("/v1/files", _declared(described, size, digest)).repeatable()).read(CreatedFile)
    path = f"/v1/files/{created['file']['id']}/uploads/{created['upload']['id']}"
    try:
        if created["upload"]["kind"] != "single":
            raise Stopped("the server wants this file in parts, which this version cannot send")
        stream.seek(0)
        with track(f"{described.name}: uploading", size) as advance:
            put_bytes(created["upload"], stream, size, advance)
        return ask(post(f"{path}/complete").repeatable()).read(ShownFile)
    except BaseException:
        with suppress(Stopped):  # what went wrong first is what to tell
            ask(Question(method="DELETE", path=path))
        raise


def media_type_of(name: str) -> str:
    """A media type by the name's ending."""
    guessed, encoding = mimetypes.guess_type(f"name/{name}")
    if encoding is not None:
        return _COMPRESSED.get(encoding, _UNKNOWN)
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    return _TYPES.get(ending) or guessed or _UNKNOWN


def _measured(stream: BinaryIO, name: str, track: Track) -> tuple[int, str]:
    """Size in bytes and SHA-256 of the stream, read to its end."""
    expected = stream.seek(0, 2)
    stream.seek(0)
    digest, size = sha256(), 0
    with track(f"{name}: reading", expected) as advance:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            advance(len(chunk))
    return size, digest.hexdigest()


def _declared(described: Described, size: int, digest: str) -> dict[str, object]:
    body: dict[str, object] = {
        "name": described.name,
        "size": size,
        "media_type": described.media_type or media_type_of(described.name),
        "sha256": digest,
        "tags": list(described.tags),
    }
    if described.description is not None:
        body["description"] = described.description
    return body
