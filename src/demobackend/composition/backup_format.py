"""What a backup is on disk: `demobackend.db`, `blobs/`, `keys/`, `mail/`, and the manifest that lists them with their checksums."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.names import Sha256

DATABASE = "demobackend.db"
MANIFEST = "manifest.json"
BLOBS = "blobs"
FOLDERS = ("keys", "mail")  # small files, copied as they are
_FORMAT = 1
_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


class BackupRefused(Exception):
    """A backup cannot be made or put back; the message is one sentence for whoever asked."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A file of a backup: its size in bytes, and the SHA-256 of its bytes in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds, by path. `damaged` names the blobs that the store itself found broken; they are not in it."""

    files: Mapping[str, BackedUp]
    damaged: tuple[str, ...] = ()


def write_manifest(file: BinaryIO, backup: Backup, *, made_at: datetime) -> None:
    """What `read_manifest` reads."""
    files = {name: asdict(facts) for name, facts in backup.files.items()}
    document = {"format": _FORMAT, "made_at": made_at.isoformat(), "damaged": backup.damaged, "files": files}
    file.write(json.dumps(document, indent=1).encode())


def read_manifest(path: Path) -> Backup:
    """The backup that a manifest lists. Raises `BackupRefused` for what is no manifest, or names files that no backup holds."""
    try:
        document = json.loads(path.read_bytes())
        known = document["format"] == _FORMAT
        files = {name: BackedUp(int(one["size"]), Sha256(one["sha256"]).value) for name, one in document["files"].items()}
        backup = Backup(files, tuple(map(str, document["damaged"])))
    except FileNotFoundError:
        raise BackupRefused(f"{path.parent} is no backup: it has no {path.name}.") from None
    except (ValueError, TypeError, KeyError, AttributeError, InvalidInput):
        raise BackupRefused(f"{path} is broken.") from None
    if not known:
        raise BackupRefused(f"{path} has a format that this version does not know.")
    if DATABASE not in files or not all(map(_is_ours, files)):
        raise BackupRefused(f"{path} does not list what a backup holds.")
    return backup


def _is_ours(name: str) -> bool:
    """Whether a backup holds files of this name; nothing else is read, whatever a manifest says."""
    folder, _, rest = name.partition("/")
    return name == DATABASE or blob_key_of(name) is not None or (folder in FOLDERS and _PLAIN.fullmatch(rest) is not None)


def blob_key_of(name: str) -> BlobKey | None:
    """The blob that a file of a backup holds, None when it holds none."""
    from demobackend.adapters.filesystem.paths import blob_key

    folder, owner, blob = name.split("/") if name.count("/") == 2 else ("", "", "")
    return blob_key(owner, blob) if folder == BLOBS else None
