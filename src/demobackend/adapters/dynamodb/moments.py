"""Moments as rows hold them: whole milliseconds since 1970, and whole seconds for `ttl`, which DynamoDB reads."""

from datetime import UTC, datetime, timedelta

from demobackend.adapters.dynamodb.attributes import Row, number
from demobackend.domain.model.errors import Corrupt

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Cut to milliseconds."""
    return (moment - _EPOCH) // _MILLISECOND


def to_ms_if_any(moment: datetime | None) -> int | None:
    """None stays None."""
    return None if moment is None else to_ms(moment)


def to_ttl(moment: datetime) -> int:
    """The first whole second that is not before the moment."""
    return -((_EPOCH - moment) // timedelta(seconds=1))


def moment(row: Row, name: str) -> datetime:
    """An attribute that `to_ms` wrote. Raises `Corrupt`."""
    try:
        return _EPOCH + number(row, name) * _MILLISECOND
    except OverflowError:
        raise Corrupt from None
