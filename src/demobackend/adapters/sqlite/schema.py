"""The tables, as numbered SQL files, and how a database comes to the latest of them."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import apsw

from demobackend.adapters.sqlite.connections import connect
from demobackend.adapters.sqlite.copies import copy_database
from demobackend.adapters.sqlite.errors import DatabaseInUse, NewerDatabase
from demobackend.domain.model.errors import Corrupt

APPLICATION_ID = 0x44424B31  # "DBK1", in the file's header


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: `sql` makes version `number` of the tables from the version before."""

    number: int
    sql: str


def packaged_migrations() -> tuple[Migration, ...]:
    """Every `migrations/NNNN_name.sql`, in order of number."""
    folder = files("demobackend.adapters.sqlite") / "migrations"
    scripts = [script for script in folder.iterdir() if script.name.endswith(".sql")]
    steps = [Migration(int(script.name[:4]), script.read_text(encoding="utf-8")) for script in scripts]
    return tuple(sorted(steps, key=lambda step: step.number))


def bring_up_to_date(path: Path, migrations: tuple[Migration, ...]) -> None:
    """Make the file, or migrate it after a copy was made beside it; all steps or none. The caller holds the file's lock alone.

    Raises `NewerDatabase`, `Corrupt`, `apsw.Error`.
    """
    connection = connect(path, create=True)
    try:
        version = version_of(connection, migrations)
        missing = [step for step in migrations if step.number > version]
        if missing and version:
            copy_database(connection, path.with_name(f"{path.name}.version-{version}.bak"))
        connection.pragma("journal_mode", "WAL")  # a backup that was restored has none
        if missing:
            _apply(connection, missing)
    finally:
        connection.close()


def require_version(path: Path, migrations: tuple[Migration, ...]) -> None:
    """Raises `DatabaseInUse` when another process holds the file at an older version, `NewerDatabase`, `Corrupt`, `apsw.Error`."""
    connection = connect(path)
    try:
        if version_of(connection, migrations) < migrations[-1].number:
            raise DatabaseInUse("The database needs to be brought up to date; stop every process that has it open first.")
    finally:
        connection.close()


def version_of(connection: apsw.Connection, migrations: tuple[Migration, ...]) -> int:
    """The version of the tables, 0 for a new file. Raises `NewerDatabase`, `Corrupt`."""
    version = int(connection.pragma("user_version"))
    if version == 0 and connection.execute("SELECT count(*) FROM sqlite_schema").get == 0:
        return 0
    if connection.pragma("application_id") != APPLICATION_ID:
        raise Corrupt("The file is a database of another program.")
    latest = migrations[-1].number
    if version > latest:
        raise NewerDatabase(f"The database has version {version}; this software knows versions up to {latest}. Install a later one.")
    return version


def _apply(connection: apsw.Connection, steps: list[Migration]) -> None:
    with connection:
        for step in steps:
            connection.execute(step.sql)
            connection.pragma("user_version", step.number)
        connection.pragma("application_id", APPLICATION_ID)
