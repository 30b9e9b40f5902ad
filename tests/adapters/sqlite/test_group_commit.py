"""One commit for all who wait: what they share, what they do not, and what a failing disk means for them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.group_commit import MAX_WAL_PAGES, Change, GroupCommit, _Waiting
from demobackend.domain.model.errors import AlreadyExists, Corrupt, DomainError, StorageFull, Unavailable

WRITERS = 50
PATIENCE = 60.0
PAGE_BYTES = 4096
READING_SECONDS = 0.02


def add(connection: apsw.Connection, bucket: str = "b", *, size: int = 0) -> None:
    connection.execute("INSERT INTO takes (bucket, taken_at, forgotten_at) VALUES (?, 0, 0)", (bucket + "x" * size,))


def count(connection: apsw.Connection) -> int:
    ((number,),) = connection.execute("SELECT count(*) FROM takes")
    return int(number)


def all_at_once(database: Database, changes: list[Change[object]]) -> list[object]:
    """Carry out changes that wait together: the writer is held until all of them are there. Returns values or errors."""
    started, go = threading.Event(), threading.Event()

    def hold(_: apsw.Connection) -> None:
        started.set()
        go.wait(PATIENCE)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(database.write, hold)
        assert started.wait(PATIENCE)
        waiting = [_Waiting(change) for change in changes]
        for one in waiting:
            database._writer._queue.put(one)
        go.set()
        held.result()
    return [outcome_of(one) for one in waiting]


def outcome_of(waiting: _Waiting[object]) -> object:
    assert waiting.done.acquire(timeout=PATIENCE)
    try:
        return waiting.answer()
    except (DomainError, ZeroDivisionError) as error:
        return error


def count_commits(database: Database) -> list[None]:
    commits: list[None] = []

    def note() -> bool:
        commits.append(None)
        return False

    database.write(lambda connection: connection.set_commit_hook(note))
    commits.clear()
    return commits


def test_changes_that_wait_together_share_one_commit(database: Database) -> None:
    commits = count_commits(database)
    all_at_once(database, [add] * WRITERS)
    assert database.read(count) == WRITERS
    assert len(commits) == 2, "One for the change that held the writer, one for all who waited."


def test_concurrent_writers_need_fewer_commits_than_they_make_changes(database: Database) -> None:
    commits = count_commits(database)
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda _: database.write(add), range(WRITERS * 10)))
    assert database.read(count) == WRITERS * 10
    assert len(commits) < WRITERS * 10


def test_one_failing_change_does_not_harm_its_group(database: Database) -> None:
    def refuse(connection: apsw.Connection) -> None:
        add(connection, "undone")
        raise AlreadyExists

    def mistake(connection: apsw.Connection) -> float:
        add(connection, "undone")
        return 1 / 0

    outcomes = all_at_once(database, [add, refuse, add, mistake, add])
    assert [type(outcome) for outcome in outcomes] == [type(None), AlreadyExists, type(None), ZeroDivisionError, type(None)]
    assert database.read(lambda connection: connection.execute("SELECT bucket FROM takes").fetchall()) == [("b",)] * 3


def test_a_change_sees_the_ones_before_it_in_its_group(database: Database) -> None:
    def add_and_count(connection: apsw.Connection) -> int:
        add(connection)
        return count(connection)

    assert sorted(map(int, map(str, all_at_once(database, [add_and_count] * 5)))) == [1, 2, 3, 4, 5]


@pytest.fixture
def small(path: Path) -> Iterator[Database]:
    """A database that may grow by a few pages only."""
    with Database.open(path) as database:
        limit_growth(database, pages=4)
        yield database


def limit_growth(database: Database, *, pages: int) -> None:
    def limit(connection: apsw.Connection) -> None:
        used = int(connection.pragma("page_count"))
        connection.pragma("max_page_count", used + pages)

    database.write(limit)


def test_a_full_disk_is_storage_full_and_harms_nothing_that_was_there(small: Database) -> None:
    small.write(add)
    with pytest.raises(StorageFull):
        small.write(lambda connection: add(connection, size=10 * PAGE_BYTES))
    assert small.read(count) == 1


def test_a_database_that_was_full_works_again_once_there_is_room(small: Database) -> None:
    with pytest.raises(StorageFull):
        small.write(lambda connection: add(connection, size=10 * PAGE_BYTES))
    limit_growth(small, pages=1_000)
    small.write(lambda connection: add(connection, size=10 * PAGE_BYTES))
    assert small.read(count) == 1


def test_nobody_is_told_of_success_when_a_group_fills_the_disk(small: Database) -> None:
    outcomes = all_at_once(small, [lambda connection: add(connection, size=PAGE_BYTES // 2)] * 30)
    kept = [outcome for outcome in outcomes if outcome is None]
    assert small.read(count) == len(kept)
    assert {type(outcome) for outcome in outcomes if outcome is not None} == {StorageFull}


class FailingConnection(apsw.Connection):
    """A connection whose commits fail with the error that it was given; everything else is SQLite itself."""

    failure: apsw.Error | None = None

    def execute(self, statements: str, *arguments: object, **options: object) -> apsw.Cursor:
        if statements == "COMMIT" and self.failure is not None:
            raise self.failure
        return super().execute(statements, *arguments, **options)  # type: ignore[arg-type]  # passed on as they came


class FailedIO(apsw.IOError):
    """As SQLite reports a failing disk."""

    def __init__(self, extended: int) -> None:
        super().__init__("disk I/O error")
        self.extendedresult = extended


@pytest.fixture
def connection(database: Database, path: Path) -> FailingConnection:
    connection = FailingConnection(str(path))
    connection.pragma("journal_mode", "WAL")
    return connection


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (apsw.FullError("full"), StorageFull),
        (apsw.BusyError("busy"), Unavailable),
        (apsw.CorruptError("malformed"), Corrupt),
        (FailedIO(apsw.SQLITE_IOERR_WRITE), Unavailable),
    ],
)
def test_a_failed_commit_reaches_its_callers_and_leaves_nothing(
    database: Database, connection: FailingConnection, failure: apsw.Error, told: type[DomainError]
) -> None:
    stops: list[str] = []
    writer = GroupCommit(connection, on_fatal=lambda: stops.append("stop"))
    connection.failure = failure
    with pytest.raises(told):
        writer.submit(add)
    connection.failure = None
    writer.submit(add)
    writer.close()
    assert database.read(count) == 1
    assert stops == []


@pytest.mark.parametrize("extended", [apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC])
def test_a_failed_fsync_stops_the_process_and_is_never_tried_again(connection: FailingConnection, extended: int) -> None:
    stops: list[str] = []
    writer = GroupCommit(connection, on_fatal=lambda: stops.append("stop"))
    connection.failure = FailedIO(extended)
    with pytest.raises(Unavailable):
        writer.submit(add)
    assert stops == ["stop"]
    connection.failure = None
    with pytest.raises(Unavailable):
        writer.submit(add)
    writer.close()
    assert stops == ["stop"]


def relay(database: Database, over: threading.Event, *, mine: threading.Semaphore, others: threading.Semaphore) -> None:
    """Read without end, each time for a while and until the other reader has begun anew: so the log is never without a reader."""

    def hand_over(connection: apsw.Connection) -> None:
        count(connection)
        mine.release()
        others.acquire(timeout=PATIENCE)
        over.wait(READING_SECONDS)

    while not over.is_set():
        database.read_at_one_moment(hand_over)
    mine.release()


def test_a_change_whose_caller_has_gone_is_never_made(tmp_path: Path) -> None:
    writer = GroupCommit(apsw.Connection(str(tmp_path / "db")), on_fatal=lambda: None, patience=0.05)
    started, go = threading.Event(), threading.Event()
    made: list[str] = []

    def hold(_: apsw.Connection) -> None:
        started.set()
        go.wait(PATIENCE)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(writer.submit, hold)
        assert started.wait(PATIENCE)
        with pytest.raises(Unavailable):
            writer.submit(lambda _: made.append("too late"))
        go.set()
        held.exception()  # it waited too long itself, by now or not
    writer.close()
    assert made == []


def test_the_log_stays_small_though_there_is_always_a_reader(database: Database, path: Path) -> None:
    pages_written = 8 * MAX_WAL_PAGES
    over = threading.Event()
    first, second = threading.Semaphore(0), threading.Semaphore(0)
    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(relay, database, over, mine=first, others=second)]
        assert first.acquire(timeout=PATIENCE)
        readers.append(pool.submit(relay, database, over, mine=second, others=first))
        largest = 0
        try:
            for _ in range(pages_written // 64):
                database.write(lambda connection: add(connection, size=64 * PAGE_BYTES))
                largest = max(largest, path.with_name(f"{path.name}-wal").stat().st_size)
        finally:
            over.set()
        for reader in readers:
            reader.result()
    assert largest < 4 * MAX_WAL_PAGES * PAGE_BYTES  # 64 MiB; without a restart of the log it would hold all that was written
