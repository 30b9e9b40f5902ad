"""Times as SQLite keeps them: whole milliseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """The last whole millisecond that is not after the moment."""
    return (moment - _EPOCH) // _MILLISECOND


def to_ms_or_later(moment: datetime) -> int:
    """The first whole millisecond that is not before the moment."""
    return -((_EPOCH - moment) // _MILLISECOND)


def to_ms_if_any(moment: datetime | None) -> int | None:
    """None stays None."""
    return None if moment is None else to_ms(moment)


def from_ms(milliseconds: int) -> datetime:
    """The inverse of `to_ms` for whole milliseconds."""
    return _EPOCH + milliseconds * _MILLISECOND


def from_ms_if_any(milliseconds: int | None) -> datetime | None:
    """None stays None."""
    return None if milliseconds is None else from_ms(milliseconds)
