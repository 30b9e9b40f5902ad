"""The change feed in SQLite: one table for what waits, what is leased, and what is dead."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

import apsw

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.marks import ID, NUMBER, number_of, parts_of
from demobackend.adapters.sqlite.moments import from_ms, to_ms
from demobackend.adapters.sqlite.statements import changed, insert, select
from demobackend.domain.model.change import Change, ChangeKind, DeadLetter, Delivery
from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.ids import ChangeId, FileId, UploadId, UserId
from demobackend.domain.model.page import Page
from demobackend.ports.ids import Ids


class ChangeRow(NamedTuple):
    """The columns of `changes`."""

    id: str
    kind: str
    owner_id: str
    file_id: str
    revision: int
    upload_id: str | None
    due_at: int
    attempts: int = 0
    leased_until: int | None = None
    reason: str | None = None
    died_at: int | None = None


_INSERT = insert("changes", ChangeRow)
_DUE = select(ChangeRow, "FROM changes WHERE died_at IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT ?")
_LEASE = "UPDATE changes SET attempts = attempts + 1, leased_until = ?1, due_at = ?1 WHERE id = ?2"
_ACKNOWLEDGE = "DELETE FROM changes WHERE id = ? AND leased_until = ? AND attempts = ? AND died_at IS NULL"
_PUT_BACK = """
    UPDATE changes SET due_at = ?, leased_until = NULL, reason = ?
    WHERE id = ? AND leased_until = ? AND attempts = ? AND died_at IS NULL"""
_BURY = """
    UPDATE changes SET died_at = ?, leased_until = NULL, reason = ?
    WHERE id = ? AND leased_until = ? AND attempts = ? AND died_at IS NULL"""
_RELEASE = "UPDATE changes SET due_at = ?, leased_until = NULL WHERE leased_until IS NOT NULL AND died_at IS NULL"
_REPLAY = "UPDATE changes SET due_at = ?, attempts = 0, reason = NULL, died_at = NULL WHERE id = ? AND died_at IS NOT NULL"
_BEFORE_ALL = -(2**63 - 1)
_DEAD = select(ChangeRow, "FROM changes WHERE died_at IS NOT NULL AND (died_at, id) > (?, ?) ORDER BY died_at, id LIMIT ?")
_MARK = re.compile(rf"({NUMBER}) ({ID})")
_NEXT_DUE = "SELECT due_at FROM changes WHERE died_at IS NULL ORDER BY due_at LIMIT 1"


class SqliteChangeFeed:
    """The queue that `SqliteFileCatalog` on the same database writes to; a `ChangeFeed`."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    def enqueue(self, change: Change, *, due: datetime) -> None:
        """Keep a change until `due`, then hand it out. Raises `Unavailable`."""
        change_id = ChangeId(self._ids.new())
        self._database.write(lambda connection: insert_change(connection, change_id, change, due=due))

    def claim(self, *, limit: int, at: datetime, lease: timedelta) -> tuple[Delivery, ...]:
        """Lease up to `limit` changes that are due at `at`, oldest due first. Raises `Unavailable`."""
        if self._database.read(lambda connection: connection.execute(_DUE, (to_ms(at), 1)).fetchone()) is None:
            return ()  # an idle worker asks often, and asking costs nothing on the disk
        return self._database.write(lambda connection: _claim(connection, limit=limit, at=at, until=at + lease))

    def acknowledge(self, delivery: Delivery) -> None:
        """Forget a change that is dealt with. Raises `Unavailable`."""
        self._database.write(lambda connection: changed(connection, _ACKNOWLEDGE, _hold(delivery)))

    def put_back(self, delivery: Delivery, *, due: datetime, reason: str) -> None:
        """Hand it out again from `due`. Raises `Unavailable`."""
        bindings = (to_ms(due), reason, *_hold(delivery))
        self._database.write(lambda connection: changed(connection, _PUT_BACK, bindings))

    def bury(self, delivery: Delivery, *, at: datetime, reason: str) -> None:
        """Move it to the dead letters. Raises `Unavailable`."""
        bindings = (to_ms(at), reason, *_hold(delivery))
        self._database.write(lambda connection: changed(connection, _BURY, bindings))

    def dead_letters(self, *, limit: int, after: str | None) -> Page[DeadLetter]:
        """Return up to `limit` dead letters, oldest first. Raises `Malformed` for a foreign `after`, `Unavailable`."""
        died_at, change_id = parts_of(after, _MARK) if after is not None else (str(_BEFORE_ALL), "")
        bindings = (number_of(died_at), change_id, limit + 1)
        rows = self._database.read(lambda connection: [ChangeRow._make(row) for row in connection.execute(_DEAD, bindings)])
        letters = tuple(_letter_from_row(row) for row in rows[:limit])
        return Page(letters, _mark(rows[limit - 1]) if len(rows) > limit else None)

    def replay(self, change_id: ChangeId, *, due: datetime) -> None:
        """Move a dead letter back into the queue with its attempts counted from zero. Raises `NotFound`, `Unavailable`."""
        if not self._database.write(lambda connection: changed(connection, _REPLAY, (to_ms(due), change_id))):
            raise NotFound

    def release_leases(self, *, due: datetime) -> None:
        """Hand out every leased change again from `due`. Raises `Unavailable`."""
        self._database.write(lambda connection: changed(connection, _RELEASE, (to_ms(due),)))

    def next_due(self) -> datetime | None:
        """Return when the next change falls due or a lease lapses, None when the queue is empty. Raises `Unavailable`."""
        row = self._database.read(lambda connection: connection.execute(_NEXT_DUE).fetchone())
        return None if row is None else from_ms(row[0])


def insert_change(connection: apsw.Connection, change_id: ChangeId, change: Change, *, due: datetime) -> None:
    """Put a change into the queue, in the transaction that it is part of."""
    connection.execute(_INSERT, change_to_row(change_id, change, due=due))


def change_to_row(change_id: ChangeId, change: Change, *, due: datetime) -> ChangeRow:
    """A change that nobody has tried yet."""
    return ChangeRow(
        id=change_id,
        kind=change.kind.value,
        owner_id=change.owner_id,
        file_id=change.file_id,
        revision=change.revision,
        upload_id=change.upload_id,
        due_at=to_ms(due),
    )


def change_from_row(row: ChangeRow) -> Change:
    """The inverse of `change_to_row`."""
    return Change(
        kind=ChangeKind(row.kind),
        owner_id=UserId(row.owner_id),
        file_id=FileId(row.file_id),
        revision=row.revision,
        upload_id=None if row.upload_id is None else UploadId(row.upload_id),
    )


def _letter_from_row(row: ChangeRow) -> DeadLetter:
    return DeadLetter(
        id=ChangeId(row.id),
        change=change_from_row(row),
        attempts=row.attempts,
        reason=row.reason or "",
        died_at=from_ms(row.died_at or 0),
    )


def _claim(connection: apsw.Connection, *, limit: int, at: datetime, until: datetime) -> tuple[Delivery, ...]:
    due = [ChangeRow._make(row) for row in connection.execute(_DUE, (to_ms(at), limit))]
    connection.executemany(_LEASE, [(to_ms(until), row.id) for row in due])
    return tuple(
        Delivery(id=ChangeId(row.id), change=change_from_row(row), attempts=row.attempts + 1, leased_until=from_ms(to_ms(until)))
        for row in due
    )


def _hold(delivery: Delivery) -> tuple[str, int, int]:
    return (delivery.id, to_ms(delivery.leased_until), delivery.attempts)


def _mark(row: ChangeRow) -> str:
    return f"{row.died_at} {row.id}"
