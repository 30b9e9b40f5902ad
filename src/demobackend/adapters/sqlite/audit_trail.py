"""Audit events in SQLite, each written in the transaction of what it tells of."""

from datetime import datetime
from typing import NamedTuple

import apsw

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.moments import from_ms, to_ms
from demobackend.adapters.sqlite.statements import changed, insert, select
from demobackend.domain.model.audit import AUDIT_KEPT, AuditAction, AuditEvent
from demobackend.domain.model.errors import AlreadyExists
from demobackend.domain.model.ids import AuditEventId, SessionId, UserId


class AuditRow(NamedTuple):
    """The columns of `audit_events`."""

    user_id: str
    id: str
    at: int
    action: str
    session_id: str | None


_RECORD = f"{insert('audit_events', AuditRow)} ON CONFLICT DO NOTHING"
_FORGET = """
    DELETE FROM audit_events WHERE (user_id, id) IN (SELECT user_id, id FROM audit_events WHERE at <= ? ORDER BY at LIMIT 8)"""
_NEWEST = select(AuditRow, "FROM audit_events WHERE user_id = ? AND at > ? ORDER BY id DESC LIMIT ?")
_NEXT = select(AuditRow, "FROM audit_events WHERE user_id = ? AND at > ? AND id < ? ORDER BY id DESC LIMIT ?")


class SqliteAuditTrail:
    """Events by user and id; an `AuditTrail`. Each new one lets a few go that are too old to be told."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, user_id: UserId, *, at: datetime, limit: int, after: AuditEventId | None) -> tuple[AuditEvent, ...]:
        """Return the newest events of a user, those before the event `after` if one is given. Raises `Unavailable`."""
        told_since = to_ms(at - AUDIT_KEPT)
        if after is None:
            rows = self._database.read(lambda connection: connection.execute(_NEWEST, (user_id, told_since, limit)).fetchall())
        else:
            rows = self._database.read(lambda connection: connection.execute(_NEXT, (user_id, told_since, after, limit)).fetchall())
        return tuple(event_from_row(AuditRow._make(row)) for row in rows)


def record(connection: apsw.Connection, event: AuditEvent) -> None:
    """Add an event to the transaction under way. Raises `AlreadyExists`."""
    connection.execute(_FORGET, (to_ms(event.at - AUDIT_KEPT),))
    if not changed(connection, _RECORD, event_to_row(event)):
        raise AlreadyExists


def event_to_row(event: AuditEvent) -> AuditRow:
    """Times are cut to milliseconds."""
    return AuditRow(user_id=event.user_id, id=event.id, at=to_ms(event.at), action=event.action.value, session_id=event.session_id)


def event_from_row(row: AuditRow) -> AuditEvent:
    """The inverse of `event_to_row`."""
    return AuditEvent(
        id=AuditEventId(row.id),
        at=from_ms(row.at),
        action=AuditAction(row.action),
        user_id=UserId(row.user_id),
        session_id=None if row.session_id is None else SessionId(row.session_id),
    )
