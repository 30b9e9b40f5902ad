"""Backups of a database at work, and what `restore` takes and refuses."""

from pathlib import Path
from threading import Event, Thread

import apsw
import pytest

from demobackend.adapters.sqlite.backups import back_up, restore
from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.errors import DatabaseInUse, NewerDatabase
from demobackend.adapters.sqlite.schema import Migration, packaged_migrations
from demobackend.domain.model.errors import AlreadyExists, Corrupt, NotFound


def add(database: Database, bucket: str) -> None:
    database.write(lambda connection: connection.execute("INSERT INTO takes VALUES (NULL, ?, 0, 0)", (bucket,)).fetchall())


def buckets(path: Path) -> list[str]:
    with Database.open(path) as database:
        rows = database.read(lambda connection: connection.execute("SELECT bucket FROM takes ORDER BY number").fetchall())
    return [str(bucket) for (bucket,) in rows]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backup.sqlite"


@pytest.fixture
def backup(path: Path, target: Path) -> Path:
    """A backup with one row; the database has gained another since."""
    with Database.open(path) as database:
        add(database, "before")
        back_up(path, target)
        add(database, "after")
    return target


def test_a_backup_of_an_open_database_holds_what_was_written_before_it(backup: Path) -> None:
    assert buckets(backup) == ["before"]


def test_a_backup_is_one_file(path: Path, target: Path) -> None:
    with Database.open(path) as database:
        add(database, "a")
        back_up(path, target)
        assert [found.name for found in target.parent.glob(f"{target.name}*")] == [target.name]


def test_a_backup_is_of_one_moment_while_others_write(path: Path, target: Path) -> None:
    over = Event()
    with Database.open(path) as database:

        def write_pairs() -> None:
            while not over.is_set():
                database.write(
                    lambda connection: connection.execute("INSERT INTO takes VALUES (NULL, 'x', 0, 0), (NULL, 'y', 0, 0)").fetchall()
                )

        writer = Thread(target=write_pairs)
        writer.start()
        try:
            for number in range(5):
                back_up(path, target.with_name(f"{number}"))
        finally:
            over.set()
            writer.join()
    for number in range(5):
        found = buckets(target.with_name(f"{number}"))
        assert found.count("x") == found.count("y")


def test_a_backup_overwrites_nothing(path: Path, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(AlreadyExists):
        back_up(path, backup)
    assert backup.read_bytes() == before


def test_there_is_no_backup_of_a_database_that_is_not_there(path: Path, target: Path) -> None:
    with pytest.raises(NotFound):
        back_up(path, target)
    assert not target.exists()
    assert not path.exists()


def test_a_restored_database_is_as_it_was_at_its_backup(path: Path, backup: Path) -> None:
    restore(path, backup)
    assert buckets(path) == ["before"]
    assert buckets(backup) == ["before"]


def test_a_restored_database_keeps_a_log_again_so_that_readers_and_the_writer_do_not_wait_for_each_other(path: Path, backup: Path) -> None:
    restore(path, backup)
    with Database.open(path) as database:
        assert database.read(lambda connection: connection.pragma("journal_mode")) == "wal"


def test_a_backup_can_be_restored_where_nothing_is(tmp_path: Path, backup: Path) -> None:
    restore(tmp_path / "elsewhere.sqlite", backup)
    assert buckets(tmp_path / "elsewhere.sqlite") == ["before"]


def test_a_backup_can_be_restored_over_a_broken_database_and_its_log(path: Path, backup: Path) -> None:
    path.write_bytes(b"broken" * 1000)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).write_bytes(b"broken" * 1000)
    restore(path, backup)
    assert buckets(path) == ["before"]


def test_a_log_that_a_crash_left_is_not_played_into_the_restored_database(path: Path, backup: Path, tmp_path: Path) -> None:
    crashed = tmp_path / "crashed.sqlite"
    with Database.open(path) as database:
        add(database, "in the log")
        for suffix in ("", "-wal"):
            crashed.with_name(crashed.name + suffix).write_bytes(path.with_name(path.name + suffix).read_bytes())
    assert crashed.with_name(f"{crashed.name}-wal").stat().st_size > 0
    restore(crashed, backup)
    assert buckets(crashed) == ["before"]


def test_an_open_database_is_not_replaced(path: Path, backup: Path) -> None:
    with Database.open(path), pytest.raises(DatabaseInUse):
        restore(path, backup)
    assert buckets(path) == ["before", "after"]


def test_a_backup_that_is_broken_is_refused_and_the_database_stays(path: Path, backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[4096 * 3 : 4096 * 9] = b"\xa5" * 4096 * 6
    backup.write_bytes(content)
    with pytest.raises(Corrupt):
        restore(path, backup)
    assert buckets(path) == ["before", "after"]


@pytest.mark.parametrize("content", [b"", b"no database, but a letter to the editor. " * 100])
def test_what_is_no_backup_is_refused_and_the_database_stays(path: Path, backup: Path, content: bytes) -> None:
    backup.write_bytes(content)
    with pytest.raises(Corrupt):
        restore(path, backup)
    assert buckets(path) == ["before", "after"]


def test_a_database_of_another_program_is_no_backup(path: Path, backup: Path, tmp_path: Path) -> None:
    other = apsw.Connection(str(tmp_path / "other"))
    other.execute("CREATE TABLE theirs (a); PRAGMA user_version = 1")
    other.close()
    with pytest.raises(Corrupt):
        restore(path, tmp_path / "other")
    assert buckets(path) == ["before", "after"]


def test_a_backup_of_a_newer_version_is_refused(path: Path, backup: Path) -> None:
    packaged = packaged_migrations()
    newer = Migration(packaged[-1].number + 1, "CREATE TABLE later (a INTEGER) STRICT")
    Database.open(backup, migrations=(*packaged, newer)).close()
    with pytest.raises(NewerDatabase):
        restore(path, backup)


def test_a_backup_that_is_not_there_is_not_found(path: Path, backup: Path) -> None:
    backup.unlink()
    with pytest.raises(NotFound):
        restore(path, backup)
    assert buckets(path) == ["before", "after"]
