"""Names of files and directories: the only module that makes them from identifiers, none of which a person chose.

A blob is `<root>/<owner>/<file>.<version>.<upload>`: one directory per owner, and names that sort as the keys' text does.
"""

import re
from pathlib import Path

from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.ids import MailId, known_form
from demobackend.ports.secrets import Purpose

INCOMING = ".incoming"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SIGNING_KEY = re.compile(r"(?P<made_at>[0-9]{15})\.(?P<id>[0-9a-f]{32})\.pem")


def blob_name(key: BlobKey) -> str:
    """A blob's name in its owner's directory. Raises `NotFound` for a key that was put together from anything but ids."""
    return BlobKey.parse(key.text).text.partition("/")[2].replace("/", ".")


def owner_directory(key: BlobKey) -> str:
    """The directory of all of an owner's blobs. Raises `NotFound`, as `blob_name`."""
    return BlobKey.parse(key.text).text.partition("/")[0]


def is_owner_directory(name: str) -> bool:
    """Whether it may hold blobs."""
    return _UUID.fullmatch(name) is not None


def blob_key(owner: str, name: str) -> BlobKey | None:
    """The inverse of `owner_directory` and `blob_name`; None for foreign files."""
    try:
        return BlobKey.parse(f"{owner}/{name.replace('.', '/')}")
    except NotFound:
        return None


def mail_name(mail_id: MailId) -> str:
    """A mail's file. Raises `NotFound` for what is no id."""
    return f"{known_form(mail_id)}.eml"


def mail_id(name: str) -> MailId | None:
    """The inverse of `mail_name`; None for foreign files."""
    stem, _, kind = name.partition(".")
    return MailId(stem) if kind == "eml" and _UUID.fullmatch(stem) else None


def secret_name(purpose: Purpose) -> str:
    """The file of a purpose's keys."""
    return f"{purpose.value}.keys"


def signing_key_name(key_id: str, *, made_at: int) -> str:
    """A signing key's file; `made_at` in milliseconds since 1970. Names sort by age."""
    return f"{made_at:015d}.{key_id}.pem"


def signing_key(name: str) -> tuple[str, int] | None:
    """The inverse of `signing_key_name`; None for foreign files."""
    match = _SIGNING_KEY.fullmatch(name)
    return None if match is None else (match["id"], int(match["made_at"]))


def incoming(root: Path) -> Path:
    """Where bytes wait until they are complete: on the file system of `root`, out of sight."""
    return root / INCOMING
