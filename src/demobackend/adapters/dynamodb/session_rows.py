"""Sessions as rows, and back."""

from datetime import timedelta

from demobackend.adapters.dynamodb.attributes import Row, Value, after, if_any, number, present, text
from demobackend.adapters.dynamodb.digests import checked, sealed
from demobackend.adapters.dynamodb.moments import moment, to_ms, to_ms_if_any, to_ttl
from demobackend.adapters.dynamodb.schema import Key
from demobackend.domain.model.ids import SessionId, UserId
from demobackend.domain.model.session import Session

_PREFIX = "S#"
_KEPT_AFTER_ITS_END = timedelta(hours=24)


def session_key(session_id: SessionId) -> Key:
    """Where a session lies: not among its user's rows, since a refresh token names nothing but its session."""
    return Key(f"{_PREFIX}{session_id}", "S")


def session_to_row(session: Session) -> Row:
    """Times are cut to milliseconds."""
    key = session_key(session.id)
    facts: dict[str, Value | None] = {
        "PK": key.pk,
        "SK": key.sk,
        "user_id": session.user_id,
        "created_at": to_ms(session.created_at),
        "expires_at": to_ms(session.expires_at),
        "rotated_at": to_ms(session.rotated_at),
        "generation": session.generation,
        "revision": session.revision,
        "ended_at": to_ms_if_any(session.ended_at),
        "grant": session.grant,
        "ttl": to_ttl(session.expires_at + _KEPT_AFTER_ITS_END),
    }
    return sealed(present(facts))


def session_from_row(row: Row) -> Session:
    """The inverse of `session_to_row`. Raises `Corrupt`."""
    row = checked(row)
    return Session(
        id=SessionId(after(row, "PK", _PREFIX)),
        user_id=UserId(text(row, "user_id")),
        created_at=moment(row, "created_at"),
        expires_at=moment(row, "expires_at"),
        rotated_at=moment(row, "rotated_at"),
        generation=number(row, "generation"),
        revision=number(row, "revision"),
        ended_at=if_any(row, "ended_at", moment),
        grant=if_any(row, "grant", text),
    )
