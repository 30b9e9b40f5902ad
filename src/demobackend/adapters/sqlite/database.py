"""The database file: one writer, a reader for each thread, and how it is opened, checked and closed."""

import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self
from weakref import WeakSet

import apsw

from demobackend.adapters.sqlite.connections import connect, require_sqlite
from demobackend.adapters.sqlite.errors import in_domain_words, told_in_domain_words
from demobackend.adapters.sqlite.file_lock import FileLock
from demobackend.adapters.sqlite.group_commit import Change, GroupCommit, stop_the_process
from demobackend.adapters.sqlite.schema import Migration, bring_up_to_date, packaged_migrations, require_version
from demobackend.domain.model.errors import Corrupt, Unavailable


class Database:
    """An open database. Any number of threads may use it, and any number of processes may open the same file."""

    def __init__(self, path: Path, lock: FileLock, writer: GroupCommit) -> None:
        """Use `open`."""
        self._path = path
        self._lock = lock
        self._writer = writer
        self._own = threading.local()
        self._readers: WeakSet[apsw.Connection] = WeakSet()
        self._gate = threading.Lock()
        self._closed = False

    @classmethod
    def open(cls, path: Path, *, migrations: tuple[Migration, ...] | None = None, on_fatal: Callable[[], None] = stop_the_process) -> Self:
        """Open the file, made or brought up to date as needed; its folder must exist. An older file is copied beside itself first.

        `on_fatal` is called when the disk failed to make a commit durable; it should not return. Raises `OldSqlite`,
        `NewerDatabase`, `DatabaseInUse` when it must be brought up to date while another process has it open, `Corrupt`,
        `StorageFull`, `Unavailable`.
        """
        require_sqlite(apsw.sqlite_lib_version())
        steps = migrations or packaged_migrations()
        with told_in_domain_words(), ExitStack() as undo:
            lock = FileLock(path)
            undo.callback(lock.close)
            if lock.try_alone():
                bring_up_to_date(path, steps)
            lock.share()
            require_version(path, steps)
            database = cls(path, lock, GroupCommit(connect(path), on_fatal=on_fatal))
            undo.pop_all()
        return database

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write[T](self, change: Change[T]) -> T:
        """Run a change in a transaction and return its value once it is durable.

        The change may be undone and is never run twice; what it raises is raised here. Raises `StorageFull`, `Corrupt`,
        `Unavailable`; after `Unavailable` the change may or may not have happened.
        """
        return self._writer.submit(change)

    def read[T](self, question: Callable[[apsw.Connection], T]) -> T:
        """Ask at once, in this thread; it sees whatever was written before. Raises `Corrupt`, `Unavailable`."""
        try:
            return question(self._reader())
        except apsw.Error as error:
            raise in_domain_words(error) from error

    def read_at_one_moment[T](self, question: Callable[[apsw.Connection], T]) -> T:
        """As `read`, for a question of several statements that must agree with each other. Raises `Corrupt`, `Unavailable`."""
        return self.read(lambda connection: _at_one_moment(connection, question))

    def check(self) -> None:
        """Read every page and index. Raises `Corrupt` with the first finding, `Unavailable`."""
        finding = self.read(lambda connection: connection.execute("PRAGMA integrity_check(1)").get)
        if finding != "ok":
            raise Corrupt(f"The database is damaged: {finding}")

    def close(self) -> None:
        """Finish the writes that wait and close every connection. Closing twice is closing once; later calls raise `Unavailable`."""
        with self._gate:
            self._closed = True
            readers = list(self._readers)
        for reader in readers:
            _close_idle(reader)
        self._writer.close()
        self._lock.close()

    def _reader(self) -> apsw.Connection:
        connection: apsw.Connection | None = getattr(self._own, "connection", None)
        return connection if connection is not None else self._new_reader()

    def _new_reader(self) -> apsw.Connection:
        connection = connect(self._path, read_only=True)
        with self._gate:
            if self._closed:
                connection.close()
                raise Unavailable("The database is closed.")
            self._readers.add(connection)
        self._own.connection = connection
        return connection


def _at_one_moment[T](connection: apsw.Connection, question: Callable[[apsw.Connection], T]) -> T:
    connection.execute("BEGIN")
    try:
        return question(connection)
    finally:
        connection.execute("ROLLBACK")


def _close_idle(connection: apsw.Connection) -> None:
    with suppress(apsw.ThreadingViolationError):  # a thread is in the middle of a read; its connection closes with the thread
        connection.close()
