"""How a file comes to the latest version: once, whole, after a copy was made."""

from contextlib import closing
from pathlib import Path

import apsw
import pytest

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.errors import DatabaseInUse, NewerDatabase
from demobackend.adapters.sqlite.schema import Migration, packaged_migrations

PACKAGED = packaged_migrations()
NEXT = Migration(PACKAGED[-1].number + 1, "CREATE TABLE later (a INTEGER) STRICT; INSERT INTO later SELECT count(*) FROM takes")
BROKEN = Migration(NEXT.number + 1, "CREATE TABLE half (a INTEGER) STRICT; INSERT INTO absent VALUES (1)")


def version(path: Path) -> int:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return int(connection.pragma("user_version"))
    finally:
        connection.close()


def tables(path: Path) -> set[str]:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    finally:
        connection.close()


@pytest.fixture
def old(path: Path) -> Path:
    """A database as the packaged migrations make it, with one row."""
    with Database.open(path, migrations=PACKAGED) as database:
        database.write(lambda connection: connection.execute("INSERT INTO takes VALUES (1, 'b', 0, 0)").fetchall())
    return path


def backup_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.version-{PACKAGED[-1].number}.bak")


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [step.number for step in PACKAGED] == list(range(1, len(PACKAGED) + 1))


def test_every_table_of_ours_is_strict(old: Path) -> None:
    with closing(apsw.Connection(str(old), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        listed = connection.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'").fetchall()
    ours = {name: strict for name, strict in listed if not str(name).startswith("sqlite_")}
    assert {"files", "changes", "accounts"} <= ours.keys()
    assert [name for name, strict in ours.items() if not strict] == []


def test_a_new_file_gets_the_latest_version_and_no_backup(old: Path) -> None:
    assert version(old) == PACKAGED[-1].number
    assert not list(old.parent.glob("*.bak"))


def test_an_older_file_is_migrated_after_a_copy_was_made_beside_it(old: Path) -> None:
    with Database.open(old, migrations=(*PACKAGED, NEXT)) as database:
        assert database.read(lambda connection: connection.execute("SELECT a FROM later").get) == 1
    assert version(old) == NEXT.number
    assert version(backup_of(old)) == PACKAGED[-1].number
    with Database.open(backup_of(old), migrations=PACKAGED) as backup:
        assert backup.read(lambda connection: connection.execute("SELECT bucket FROM takes").get) == "b"


def test_a_migration_that_fails_leaves_the_file_as_it_was(old: Path) -> None:
    with pytest.raises(apsw.SQLError):
        Database.open(old, migrations=(*PACKAGED, NEXT, BROKEN))
    assert version(old) == PACKAGED[-1].number
    assert tables(old).isdisjoint({"later", "half"})
    with Database.open(old, migrations=PACKAGED) as database:
        database.check()


def test_a_file_of_a_newer_version_is_refused_with_both_versions_named(old: Path) -> None:
    Database.open(old, migrations=(*PACKAGED, NEXT)).close()
    with pytest.raises(NewerDatabase, match=rf"\b{NEXT.number}\b.*\b{PACKAGED[-1].number}\b"):
        Database.open(old, migrations=PACKAGED)


def test_a_file_that_is_open_elsewhere_is_not_migrated(old: Path) -> None:
    with Database.open(old, migrations=PACKAGED), pytest.raises(DatabaseInUse):
        Database.open(old, migrations=(*PACKAGED, NEXT))
    assert version(old) == PACKAGED[-1].number


def test_a_file_can_be_opened_again_after_it_was_refused(old: Path) -> None:
    with pytest.raises(apsw.SQLError):
        Database.open(old, migrations=(*PACKAGED, BROKEN))
    Database.open(old, migrations=(*PACKAGED, NEXT)).close()
    assert version(old) == NEXT.number
