"""Connections with the settings that every use of the file shares."""

import os
from contextlib import suppress
from pathlib import Path

import apsw

from demobackend.adapters.sqlite.errors import OldSqlite

MIN_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 5_000
STATEMENTS = 200  # more than all adapters hold, so that each is prepared once per connection

_SWITCHES = (
    (apsw.SQLITE_DBCONFIG_DEFENSIVE, 1),
    (apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
    (apsw.SQLITE_DBCONFIG_DQS_DML, 0),
    (apsw.SQLITE_DBCONFIG_DQS_DDL, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_FKEY, 1),
)


def require_sqlite(version: str) -> None:
    """Raises `OldSqlite` below 3.51.3, where two connections that write or checkpoint at once can corrupt a WAL database."""
    if tuple(int(part) for part in version.split(".")) < MIN_SQLITE:
        needed = ".".join(str(part) for part in MIN_SQLITE)
        raise OldSqlite(f"SQLite {version} can corrupt databases in WAL mode; {needed} or later is needed (install a newer apsw).")


def connect(path: Path, *, read_only: bool = False, create: bool = False) -> apsw.Connection:
    """Open the file; one that is created is its owner's alone, and so will be its log. Raises `apsw.Error`, `OSError`."""
    if create:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE
    connection = apsw.Connection(str(path), flags, statementcachesize=STATEMENTS)
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    for switch, value in _SWITCHES:
        connection.config(switch, value)
    connection.pragma("synchronous", "FULL")
    connection.pragma("cell_size_check", 1)
    return connection
