"""Audit events as rows, and back."""

from demobackend.adapters.dynamodb.attributes import Row, Value, after, if_any, present, text, word
from demobackend.adapters.dynamodb.digests import checked, sealed
from demobackend.adapters.dynamodb.moments import moment, to_ms, to_ttl
from demobackend.adapters.dynamodb.schema import Key
from demobackend.domain.model.audit import AUDIT_KEPT, AuditAction, AuditEvent
from demobackend.domain.model.ids import AuditEventId, SessionId, UserId

_PREFIX = "A#"


def event_key(user_id: UserId, event_id: AuditEventId) -> Key:
    """Where an event lies: among its user's events, in their order, and apart from the user's files."""
    return Key(f"{_PREFIX}{user_id}", f"{_PREFIX}{event_id}")


def event_to_row(event: AuditEvent) -> Row:
    """Times are cut to milliseconds."""
    key = event_key(event.user_id, event.id)
    facts: dict[str, Value | None] = {
        "PK": key.pk,
        "SK": key.sk,
        "at": to_ms(event.at),
        "action": event.action.value,
        "session_id": event.session_id,
        "ttl": to_ttl(event.at + AUDIT_KEPT),
    }
    return sealed(present(facts))


def event_from_row(row: Row) -> AuditEvent:
    """The inverse of `event_to_row`. Raises `Corrupt`."""
    row = checked(row)
    session_id = if_any(row, "session_id", text)
    return AuditEvent(
        id=AuditEventId(after(row, "SK", _PREFIX)),
        at=moment(row, "at"),
        action=word(row, "action", AuditAction),
        user_id=UserId(after(row, "PK", _PREFIX)),
        session_id=None if session_id is None else SessionId(session_id),
    )
