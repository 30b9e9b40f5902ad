"""Sessions in SQLite."""

from datetime import timedelta
from typing import NamedTuple

import apsw

from demobackend.adapters.sqlite.audit_trail import record
from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.moments import from_ms, from_ms_if_any, to_ms, to_ms_if_any
from demobackend.adapters.sqlite.statements import changed, insert, select
from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.errors import AlreadyExists, NotFound, VersionConflict
from demobackend.domain.model.ids import SessionId, UserId
from demobackend.domain.model.session import Session

_KEPT_AFTER_ITS_END = timedelta(hours=24)


class SessionRow(NamedTuple):
    """The columns of `sessions`."""

    id: str
    user_id: str
    created_at: int
    expires_at: int
    rotated_at: int
    generation: int
    revision: int
    ended_at: int | None
    grant: str | None


_GET = select(SessionRow, "FROM sessions WHERE id = ?")
_CREATE = f"{insert('sessions', SessionRow)} ON CONFLICT DO NOTHING"
_FORGET = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < ? ORDER BY expires_at LIMIT 8)"
_REPLACE = """
    UPDATE sessions SET user_id = :user_id, expires_at = :expires_at, rotated_at = :rotated_at, generation = :generation,
        revision = :revision, ended_at = :ended_at, "grant" = :grant
    WHERE id = :id AND revision = :expected"""


class SqliteSessionStore:
    """Sessions by id; a `SessionStore`. Each new one lets a few go that expired more than 24 hours before it began."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, session: Session, *, audit: AuditEvent) -> None:
        """Add a session. Raises `AlreadyExists`, `Unavailable`."""
        self._database.write(lambda connection: _create(connection, session, audit))

    def get(self, session_id: SessionId) -> Session:
        """Return a session, alive or not. Raises `NotFound`, `Unavailable`."""
        return self._database.read(lambda connection: _read(connection, session_id))

    def replace(self, session: Session, *, expected: int, audit: AuditEvent | None) -> None:
        """Replace the session of revision `expected`. Raises `VersionConflict`, `NotFound`, `AlreadyExists`, `Unavailable`."""
        self._database.write(lambda connection: _replace(connection, session, expected, audit))


def session_to_row(session: Session) -> SessionRow:
    """Times are cut to milliseconds."""
    return SessionRow(
        id=session.id,
        user_id=session.user_id,
        created_at=to_ms(session.created_at),
        expires_at=to_ms(session.expires_at),
        rotated_at=to_ms(session.rotated_at),
        generation=session.generation,
        revision=session.revision,
        ended_at=to_ms_if_any(session.ended_at),
        grant=session.grant,
    )


def session_from_row(row: SessionRow) -> Session:
    """The inverse of `session_to_row`."""
    return Session(
        id=SessionId(row.id),
        user_id=UserId(row.user_id),
        created_at=from_ms(row.created_at),
        expires_at=from_ms(row.expires_at),
        rotated_at=from_ms(row.rotated_at),
        generation=row.generation,
        revision=row.revision,
        ended_at=from_ms_if_any(row.ended_at),
        grant=row.grant,
    )


def _create(connection: apsw.Connection, session: Session, audit: AuditEvent) -> None:
    connection.execute(_FORGET, (to_ms(session.created_at - _KEPT_AFTER_ITS_END),))
    if not changed(connection, _CREATE, session_to_row(session)):
        raise AlreadyExists
    record(connection, audit)


def _read(connection: apsw.Connection, session_id: SessionId) -> Session:
    row = connection.execute(_GET, (session_id,)).fetchone()
    if row is None:
        raise NotFound
    return session_from_row(SessionRow._make(row))


def _replace(connection: apsw.Connection, session: Session, expected: int, audit: AuditEvent | None) -> None:
    if not changed(connection, _REPLACE, session_to_row(session)._asdict() | {"expected": expected}):
        _read(connection, session.id)
        raise VersionConflict
    if audit is not None:
        record(connection, audit)
