"""Moments as the file system keeps them."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def since_epoch(moment: datetime) -> int:
    """Nanoseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND * 1000


def moment_of(nanoseconds: int) -> datetime:
    """The inverse of `since_epoch`."""
    return _EPOCH + nanoseconds // 1000 * _MICROSECOND
