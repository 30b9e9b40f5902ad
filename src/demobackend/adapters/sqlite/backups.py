"""Backups: a copy of a database that may be in use, and putting one back in its place."""

from contextlib import closing, suppress
from pathlib import Path

import apsw

from demobackend.adapters.sqlite.connections import connect, require_sqlite
from demobackend.adapters.sqlite.copies import copy_database, sync_folder
from demobackend.adapters.sqlite.errors import told_in_domain_words
from demobackend.adapters.sqlite.file_lock import FileLock
from demobackend.adapters.sqlite.schema import packaged_migrations, version_of
from demobackend.domain.model.errors import AlreadyExists, Corrupt, NotFound


def back_up(path: Path, target: Path) -> None:
    """Copy the database as of one moment into one file, durably; others may go on writing meanwhile.

    Raises `NotFound` when there is no database, `AlreadyExists` when there is a target, `StorageFull`, `Corrupt`, `Unavailable`.
    """
    require_sqlite(apsw.sqlite_lib_version())
    if not path.exists():
        raise NotFound("There is no database to back up.")
    if target.exists():
        raise AlreadyExists("The backup's file exists already.")
    with told_in_domain_words(), closing(FileLock(path)) as lock:
        lock.share()
        with closing(connect(path, read_only=True)) as connection:
            copy_database(connection, target)


def restore(path: Path, source: Path) -> None:
    """Put a backup in the database's place. A crash leaves the one or the other, whole; the database itself may be broken or missing.

    Raises `NotFound` when there is no backup, `Corrupt` when it is broken or no backup of ours, `NewerDatabase`,
    `DatabaseInUse`, `StorageFull`, `Unavailable`; then the database is as it was.
    """
    require_sqlite(apsw.sqlite_lib_version())
    if not source.exists():
        raise NotFound("There is no such backup.")
    with told_in_domain_words(), closing(FileLock(path)) as lock:
        lock.alone()
        restored = path.with_name(f"{path.name}.restored")
        with closing(connect(source, read_only=True)) as connection:
            _require_sound(connection)
            copy_database(connection, restored)
        _end_log(path)
        restored.replace(path)
        sync_folder(path.parent)


def _require_sound(connection: apsw.Connection) -> None:
    if version_of(connection, packaged_migrations()) == 0 or connection.execute("PRAGMA integrity_check(1)").get != "ok":
        raise Corrupt("The backup is damaged, or is none.")


def _end_log(path: Path) -> None:
    """Leave no log beside the file: SQLite would play it into whatever takes the file's place."""
    with suppress(apsw.Error), closing(connect(path)) as connection:
        connection.pragma("journal_mode", "DELETE")
    for suffix in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
