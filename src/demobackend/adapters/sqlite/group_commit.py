"""One thread that writes: changes that wait at the same time share one transaction and one fsync."""

import os
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

import apsw

from demobackend.adapters.sqlite.connections import BUSY_TIMEOUT_MS
from demobackend.adapters.sqlite.errors import in_domain_words, is_failed_sync
from demobackend.domain.model.errors import DomainError, Unavailable

type Change[T] = Callable[[apsw.Connection], T]

PATIENCE_SECONDS = 10.0  # the few changes of a request, each waiting so long, are under the lease of its idempotency key
MAX_GROUP = 256
CHECKPOINT_PAGES = 1_000  # 4 MiB of log
MAX_WAL_PAGES = 4_096  # 16 MiB: from here on the writer waits for readers to leave, so that the log starts anew
READERS_MAY_TAKE_MS = 250


def stop_the_process() -> None:
    """End it at once: after a failed fsync only recovery from the log can tell what is on the disk."""
    os.write(2, b"demobackend: an fsync of the database failed; stopping, so that recovery decides what is stored\n")
    os.abort()


class _Waiting[T]:
    """A change whose caller sleeps on `done`."""

    __slots__ = ("change", "done", "error", "is_given_up", "value")

    value: T

    def __init__(self, change: Change[T]) -> None:
        self.change = change
        self.done = threading.Lock()
        self.done.acquire()
        self.error: BaseException | None = None
        self.is_given_up = False

    def run(self, connection: apsw.Connection) -> None:
        self.value = self.change(connection)

    def fail(self, error: BaseException) -> None:
        self.error = in_domain_words(error) if isinstance(error, apsw.Error) else error
        if self.error is not error:
            self.error.__cause__ = error

    def answer(self) -> T:
        if self.error is not None:
            raise self.error
        return self.value


class _Lost(Exception):
    """SQLite rolled the whole transaction back, as it may when the disk is full."""


class GroupCommit:
    """Carries out changes in the order in which they came. Callers are answered when their change is durable, not before."""

    def __init__(self, connection: apsw.Connection, *, on_fatal: Callable[[], None], patience: float = PATIENCE_SECONDS) -> None:
        """Takes over the connection: nobody else may use or close it. `on_fatal` runs once, after an fsync that failed.

        A caller waits `patience` seconds.
        """
        self._connection = connection
        self._on_fatal = on_fatal
        self._patience = patience
        self._queue: SimpleQueue[_Waiting[object] | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._broken = False
        self._wal_pages = 0
        self._checkpoint_at = CHECKPOINT_PAGES
        connection.set_wal_hook(self._note_log_size)  # replaces SQLite's own checkpoints, which callers would wait for
        self._thread = threading.Thread(target=self._work, name="sqlite-writer", daemon=True)
        self._thread.start()

    def submit[T](self, change: Change[T]) -> T:
        """Run a change, in a savepoint of its own, and return its value once it is committed.

        What the change raises undoes that change only, and is raised here. A change whose caller has gone before its turn came is
        never made. Raises `StorageFull`, `Corrupt`, `Unavailable`.
        """
        waiting = _Waiting(change)
        with self._gate:
            if self._closed:
                raise Unavailable("The database is closed.")
            self._queue.put(waiting)  # type: ignore[arg-type]  # the queue does not care what a change returns
        if not waiting.done.acquire(timeout=self._patience):
            waiting.is_given_up = True
            raise Unavailable("The database did not answer in time.")
        return waiting.answer()

    def close(self) -> None:
        """Finish what waits, stop the thread and close the connection. Closing twice is closing once."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()
        self._connection.close()

    def _work(self) -> None:
        group, more = self._next_group()
        while more:
            self._carry_out(group)
            for waiting in group:
                waiting.done.release()
            self._checkpoint()
            group, more = self._next_group()

    def _next_group(self) -> tuple[list[_Waiting[object]], bool]:
        """All that waits now, at least one, and True; or nothing and False at the end. Nobody is made to wait for company."""
        first = self._queue.get()
        if first is None:
            return [], False
        group = [first]
        try:
            while len(group) < MAX_GROUP:
                waiting = self._queue.get_nowait()
                if waiting is None:  # the end, which can wait until this group is done
                    self._queue.put(None)
                    break
                group.append(waiting)
        except Empty:
            pass
        return group, True

    def _carry_out(self, group: list[_Waiting[object]]) -> None:
        try:
            if self._broken:
                raise Unavailable("The database stopped after an error of its disk.")
            self._connection.execute("BEGIN IMMEDIATE")
            for waiting in group:
                if not waiting.is_given_up:
                    self._attempt(waiting)
            self._connection.execute("COMMIT")
        except _Lost as lost:
            self._fail_all(group, lost.__cause__ or lost)
        except (apsw.Error, DomainError) as error:
            self._fail_all(group, error)

    def _attempt(self, waiting: _Waiting[object]) -> None:
        execute = self._connection.execute
        execute("SAVEPOINT change")
        try:
            waiting.run(self._connection)
        except BaseException as error:  # raised again in the thread that the change came from
            if not self._connection.in_transaction:
                raise _Lost from error
            execute("ROLLBACK TO change")
            waiting.fail(error)
        execute("RELEASE change")

    def _fail_all(self, group: list[_Waiting[object]], error: BaseException) -> None:
        for waiting in group:
            if waiting.error is None:
                waiting.fail(error)
        if is_failed_sync(error):
            self._stop_for_good()
        else:
            self._roll_back()

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except apsw.Error:  # neither done nor undone: recovery must tell
            self._stop_for_good()

    def _stop_for_good(self) -> None:
        self._broken = True
        self._on_fatal()

    def _note_log_size(self, _connection: apsw.Connection, _schema: str, pages: int) -> int:
        self._wal_pages = pages
        return apsw.SQLITE_OK

    def _checkpoint(self) -> None:
        """Move a long log into the database. Runs after callers were answered, whose changes are durable without it."""
        if self._wal_pages < self._checkpoint_at or self._broken:
            return
        try:
            if self._wal_pages < MAX_WAL_PAGES:
                self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            else:
                self._restart_log()
        except apsw.Error as error:
            if is_failed_sync(error):
                self._stop_for_good()
            self._checkpoint_at = self._wal_pages + CHECKPOINT_PAGES  # a reader stays, or no room: later, not at each commit

    def _restart_log(self) -> None:
        self._connection.set_busy_timeout(READERS_MAY_TAKE_MS)
        try:
            self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            self._wal_pages = 0
            self._checkpoint_at = CHECKPOINT_PAGES
        finally:
            self._connection.set_busy_timeout(BUSY_TIMEOUT_MS)
