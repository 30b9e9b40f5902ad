"""Backups of the local profile: everything in its data directory, as of one moment, verified on the way out and on the way back.

The database's snapshot comes first and the bytes after it: a blob never changes, so whatever the snapshot names is there to
be copied, unless it was purged meanwhile. The manifest comes last. A backup, and what is made from one, takes its place whole
or not at all.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from demobackend.composition.backup_format import (
    BLOBS,
    DATABASE,
    FOLDERS,
    MANIFEST,
    BackedUp,
    Backup,
    BackupRefused,
    blob_key_of,
    read_manifest,
    write_manifest,
)
from demobackend.composition.data_directory import require_data
from demobackend.composition.factories import local
from demobackend.composition.settings import Settings
from demobackend.domain.model.errors import ChecksumMismatch, Corrupt, NotFound, SizeMismatch
from demobackend.domain.model.names import Sha256

if TYPE_CHECKING:
    from demobackend.adapters.filesystem.blob_store import FilesystemBlobStore

_CHUNK = 1024 * 1024
_EVER = datetime.max.replace(tzinfo=UTC)

type Advance = Callable[[int], None]
"""Takes how many bytes more were copied."""


class _Sink(Protocol):
    def write(self, chunk: bytes, /) -> object: ...


def back_up(settings: Settings, target: Path, *, on_copied: Advance) -> Backup:
    """Copy the data directory into a new directory, durably, also while a server runs. A damaged blob is left out and named.

    The copy holds keys and password hashes; only its owner may read it. Raises `BackupRefused`, and of the stores `NotFound`
    when there is no data, `Corrupt`, `StorageFull`, `Unavailable`; then there is no backup.
    """
    from demobackend.adapters.sqlite.backups import back_up as copy_database

    data = _data_of(settings)
    require_data(settings, "catalog")
    with _told():
        if target.resolve().is_relative_to(data.resolve()):
            raise BackupRefused("A backup does not go into the data directory itself.")
        with _made_whole(target.absolute()) as folder:
            copy_database(data / DATABASE, folder / DATABASE)
            files = {DATABASE: _measured(folder / DATABASE, on_copied)}
            damaged = _copy_blobs_out(settings, folder, files, on_copied)
            for name in _small_files(data):
                files[name] = _copy(data / name, folder / name, on_copied)
            backup = Backup(files, tuple(damaged))
            with _new_file(folder / MANIFEST) as file:
                write_manifest(file, backup, made_at=local.clock().now())
    return backup


def restore_backup(settings: Settings, source: Path, *, on_copied: Advance) -> Backup:
    """Make the data directory from a backup. It must be absent or empty, and is made whole or not at all.

    Raises `BackupRefused`, also for a file that is not as the manifest has it, and of the stores `Corrupt`, `NewerDatabase`,
    `StorageFull`, `Unavailable`.
    """
    data = _data_of(settings)
    with _told():
        _require_free(data)
        backup = read_manifest(source / MANIFEST)
        with _made_whole(data) as folder:
            blobs = _blobs(settings.model_copy(update={"data": folder}))
            for name, facts in backup.files.items():
                kind = name.partition("/")[0]
                if kind == DATABASE:
                    _put_database_back(source / name, folder / name, facts, on_copied)
                elif kind == BLOBS:
                    _put_blob_back(blobs, source, name, facts, on_copied)
                else:
                    _require_same(name, facts, _copy(source / name, folder / name, on_copied))
    return backup


def _data_of(settings: Settings) -> Path:
    if not set(settings.kinds.values()) <= {"own", "sqlite", "filesystem"}:
        raise BackupRefused("Only data on disk can be backed up or put back, and these settings keep some in memory.")
    return settings.data.absolute()


def _blobs(settings: Settings) -> "FilesystemBlobStore":
    clock = local.clock()
    return local.blobs(settings, local.signer(settings, local.secrets(settings), clock), clock)


def _copy_blobs_out(settings: Settings, folder: Path, files: dict[str, BackedUp], on_copied: Advance) -> list[str]:
    """Copy each blob's bytes, note them in `files`, and return the keys of those that are damaged."""
    from demobackend.adapters.filesystem.paths import blob_name, owner_directory

    blobs = _blobs(settings)
    damaged = []
    for key in blobs.keys_stored_before(_EVER):
        name = f"{BLOBS}/{owner_directory(key)}/{blob_name(key)}"
        try:
            facts = blobs.head(key)
            with closing(blobs.open(key)) as stream, _new_file(folder / name) as file:
                copied = _pumped(stream, file, on_copied)
            if (copied.size, copied.sha256) != (facts.size, facts.sha256.value if facts.sha256 else copied.sha256):
                raise Corrupt
        except NotFound:  # purged since the keys were listed
            continue
        except Corrupt:
            (folder / name).unlink(missing_ok=True)
            damaged.append(key.text)
        else:
            files[name] = copied
    return damaged


def _put_blob_back(blobs: "FilesystemBlobStore", source: Path, name: str, facts: BackedUp, on_copied: Advance) -> None:
    key = blob_key_of(name)
    if key is None:
        raise BackupRefused(f"The manifest names {name!r}, which is no blob.")
    writer = blobs.begin(key, size=facts.size, sha256=Sha256(facts.sha256))
    try:
        with (source / name).open("rb") as file:
            _pumped(file, writer, on_copied)
        writer.commit()
    except (SizeMismatch, ChecksumMismatch):
        raise _not_the_same(name) from None
    finally:
        writer.discard()


def _put_database_back(source: Path, target: Path, facts: BackedUp, on_copied: Advance) -> None:
    from demobackend.adapters.sqlite.backups import restore

    _require_same(DATABASE, facts, _measured(source, on_copied))
    restore(target, source)


def _small_files(data: Path) -> list[str]:
    """Keys and mails; hidden names are somebody's unfinished writes."""
    found = [path for name in FOLDERS if (data / name).is_dir() for path in (data / name).iterdir()]
    return sorted(str(path.relative_to(data)) for path in found if path.is_file() and not path.name.startswith("."))


def _copy(source: Path, target: Path, on_copied: Advance) -> BackedUp:
    """With its time, which a mail is ordered by."""
    with source.open("rb") as stream, _new_file(target) as file:
        copied = _pumped(stream, file, on_copied)
        file.flush()  # a later write would be the file's time
        times = os.fstat(stream.fileno())
        os.utime(file.fileno(), ns=(times.st_atime_ns, times.st_mtime_ns))
    return copied


def _measured(path: Path, on_copied: Advance) -> BackedUp:
    with path.open("rb") as stream, Path(os.devnull).open("wb") as nowhere:
        return _pumped(stream, nowhere, on_copied)


def _pumped(source: BinaryIO, sink: _Sink, on_copied: Advance) -> BackedUp:
    digest, size = sha256(), 0
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        sink.write(chunk)
        size += len(chunk)
        on_copied(len(chunk))
    return BackedUp(size, digest.hexdigest())


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file of its owner's alone, durable at the end."""
    for folder in reversed(path.parents):  # mkdir(parents=True) would let others look into all but the last
        folder.mkdir(mode=0o700, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _made_whole(target: Path) -> Iterator[Path]:
    """A directory to fill, which takes the place of `target` in one step, durably, or goes away with whatever went wrong."""
    if target.exists() and not _is_empty_directory(target):
        raise BackupRefused(f"{target} exists and is not an empty directory.")
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:100]}-"))  # 0700 by its documentation
    try:
        yield folder
        for path, _, _ in folder.walk(top_down=False):
            _sync(path)
        folder.replace(target)
        _sync(target.parent)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _is_empty_directory(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _require_free(data: Path) -> None:
    """Raises `BackupRefused` when the data directory holds anything."""
    if not data.exists() or _is_empty_directory(data):
        return
    if _is_in_use(data):
        raise BackupRefused(f"A server is using {data}; stop it first.")
    raise BackupRefused(f"{data} is not empty; move it away first, or choose another directory.")


def _is_in_use(data: Path) -> bool:
    from demobackend.adapters.sqlite.file_lock import FileLock

    if not (data / f"{DATABASE}.lock").exists():
        return False
    with closing(FileLock(data / DATABASE)) as lock:
        return not lock.try_alone()


def _require_same(name: str, facts: BackedUp, found: BackedUp) -> None:
    if facts != found:
        raise _not_the_same(name)


def _not_the_same(name: str) -> BackupRefused:
    return BackupRefused(f"{name} in the backup is not what was backed up: its size or SHA-256 differs.")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupRefused(f"{error.filename}: {error.strerror}.") from None
