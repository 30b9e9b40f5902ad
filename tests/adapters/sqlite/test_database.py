"""What holds for the database file whoever uses it: who sees what, what is refused at the door, and what damage looks like."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.sqlite.connections import require_sqlite
from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.errors import OldSqlite
from demobackend.adapters.sqlite.file_catalog import SqliteFileCatalog
from demobackend.adapters.sqlite.probe import SqliteProbe
from demobackend.domain.model.errors import Corrupt, DomainError, NotFound, Unavailable
from demobackend.ports.probe import Probe
from demobackend.testing.contracts.file_catalog_case import add_available


def add(connection: apsw.Connection, bucket: str) -> None:
    connection.execute("INSERT INTO takes (bucket, taken_at, forgotten_at) VALUES (?, 0, 0)", (bucket,))


def put(database: Database, bucket: str) -> None:
    database.write(lambda connection: add(connection, bucket))


def buckets(connection: apsw.Connection) -> list[str]:
    return [bucket for (bucket,) in connection.execute("SELECT bucket FROM takes ORDER BY number")]


def test_what_a_thread_wrote_is_seen_at_once_by_every_thread(database: Database) -> None:
    with ThreadPoolExecutor(1) as elsewhere:
        for number in range(20):
            put(database, str(number))
            assert buckets_in(database)[-1] == str(number)
            assert elsewhere.submit(buckets_in, database).result()[-1] == str(number)


def buckets_in(database: Database) -> list[str]:
    return database.read(buckets)


def test_two_openings_of_one_file_see_each_others_writes(database: Database, path: Path) -> None:
    with Database.open(path) as other:
        put(database, "a")
        put(other, "b")
        assert buckets_in(database) == buckets_in(other) == ["a", "b"]


def test_two_openings_of_one_file_take_turns_at_writing(database: Database, path: Path) -> None:
    with Database.open(path) as other, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: put((database, other)[number % 2], str(number)), range(400)))
        assert sorted(buckets_in(database), key=int) == [str(number) for number in range(400)]


def test_a_write_returns_what_its_change_returns(database: Database) -> None:
    assert database.write(lambda connection: 42) == 42


def test_what_a_change_raises_is_raised_to_its_caller_and_undoes_the_change(database: Database) -> None:
    def fail(connection: apsw.Connection) -> None:
        add(connection, "undone")
        raise NotFound

    with pytest.raises(NotFound):
        database.write(fail)
    assert buckets_in(database) == []


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(Unavailable):
        database.read(lambda connection: add(connection, "a"))


def test_a_question_of_several_statements_is_answered_as_of_one_moment(database: Database) -> None:
    def ask(connection: apsw.Connection) -> tuple[list[str], list[str]]:
        before = buckets(connection)
        database.write(lambda writer: add(writer, "meanwhile"))
        return before, buckets(connection)

    assert database.read_at_one_moment(ask) == ([], [])
    assert buckets_in(database) == ["meanwhile"]


def test_a_closed_database_is_unavailable_for_reads_and_writes(path: Path) -> None:
    database = Database.open(path)
    buckets_in(database)
    database.close()
    database.close()
    with pytest.raises(Unavailable):
        buckets_in(database)
    with pytest.raises(Unavailable):
        database.write(lambda connection: None)
    with ThreadPoolExecutor(1) as elsewhere, pytest.raises(Unavailable):
        elsewhere.submit(buckets_in, database).result()


def test_only_the_owner_of_the_process_may_read_the_files(database: Database, path: Path) -> None:
    put(database, "a")
    assert {found.name: found.stat().st_mode & 0o077 for found in path.parent.iterdir()} == {
        path.name + suffix: 0 for suffix in ("", "-wal", "-shm", ".lock")
    }


def test_closing_leaves_one_file_without_a_log(database: Database, path: Path) -> None:
    put(database, "a")
    database.close()
    assert {found.name for found in path.parent.iterdir()} == {path.name, f"{path.name}.lock"}


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "3.7.0"])
def test_a_sqlite_that_can_corrupt_the_log_is_refused_by_name(version: str) -> None:
    with pytest.raises(OldSqlite, match=version):
        require_sqlite(version)


@pytest.mark.parametrize("version", ["3.51.3", "3.52.0", "4.0.0"])
def test_a_sqlite_without_that_fault_is_taken(version: str) -> None:
    require_sqlite(version)


def test_a_file_that_is_no_database_is_corrupt(path: Path) -> None:
    path.write_bytes(b"no database, but a letter to the editor. " * 100)
    with pytest.raises(Corrupt):
        Database.open(path)


def test_a_database_of_another_program_is_corrupt_and_left_alone(path: Path) -> None:
    other = apsw.Connection(str(path))
    other.execute("CREATE TABLE theirs (a); PRAGMA user_version = 1")
    other.close()
    before = path.read_bytes()
    with pytest.raises(Corrupt):
        Database.open(path)
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_makes_the_database_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        Database.open(tmp_path / "absent" / "demobackend.sqlite")


def test_a_sound_database_passes_its_check(database: Database) -> None:
    put(database, "a")
    database.check()


def test_damaged_pages_are_found_by_the_check_or_by_the_read_that_meets_them(path: Path) -> None:
    with Database.open(path) as database:
        for number in range(500):
            put(database, f"{number:0100}")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 8192] = b"\xa5" * 8192
    path.write_bytes(content)
    with pytest.raises(Corrupt), Database.open(path) as damaged:
        damaged.check()


def test_the_probe_tells_whether_writes_are_taken(path: Path) -> None:
    with Database.open(path) as database:
        probe: Probe = SqliteProbe(database)
        assert probe.name == "catalog"
        probe.check()
    with pytest.raises(Unavailable):
        probe.check()


def test_a_lasting_write_lock_of_another_process_makes_writes_unavailable_and_harms_no_read(database: Database, path: Path) -> None:
    database.write(lambda connection: connection.set_busy_timeout(1))
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        put(database, "a")
    assert buckets_in(database) == []
    other.execute("ROLLBACK")
    put(database, "b")
    assert buckets_in(database) == ["b"]


def test_errors_say_what_is_so_without_the_files_path(path: Path) -> None:
    path.write_bytes(b"x" * 4096)
    with pytest.raises(DomainError) as refusal:
        Database.open(path)
    assert str(path) not in refusal.value.detail


def test_the_tags_of_a_file_go_with_its_row(database: Database) -> None:
    catalog = SqliteFileCatalog(database, SequentialIds(ManualClock()))
    file = add_available(catalog, tags=("birds", "estuary"))
    trashed = file.trashed(file.updated_at)
    catalog.replace(trashed, expected=file.revision)
    purged = trashed.purged(trashed.updated_at)
    catalog.replace(purged, expected=trashed.revision)
    assert rows_of("file_tags", database) == 2
    catalog.remove(purged)
    assert (rows_of("files", database), rows_of("file_tags", database)) == (0, 0)


def rows_of(table: str, database: Database) -> int:
    return int(database.read(lambda connection: connection.execute(f"SELECT count(*) FROM {table}").get))


def test_a_row_that_refers_to_none_is_refused(database: Database) -> None:
    with pytest.raises(apsw.ConstraintError):
        database.write(lambda connection: connection.execute("INSERT INTO file_tags VALUES ('o', 't', 0, 'absent')").fetchall())
