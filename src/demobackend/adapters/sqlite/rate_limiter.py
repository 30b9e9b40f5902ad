"""Rate limits in SQLite, as exact sliding logs: a row for each take."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import apsw

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.moments import to_ms
from demobackend.domain.model.errors import LimitExceeded

_MILLISECOND = timedelta(milliseconds=1)
# The take that must grow old before another is free: with a limit of n, the n-th newest within the window.
_IN_THE_WAY = "SELECT taken_at FROM takes WHERE bucket = ? AND taken_at > ? ORDER BY taken_at DESC LIMIT 1 OFFSET ?"
_TAKE = "INSERT INTO takes (bucket, taken_at, forgotten_at) VALUES (?, ?, ?)"
_FORGET = "DELETE FROM takes WHERE number IN (SELECT number FROM takes WHERE forgotten_at <= ? ORDER BY forgotten_at LIMIT 8)"


class SqliteRateLimiter:
    """Takes of every process on the database, kept for their windows; a `RateLimiter`. Each take forgets a few that are over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, bucket: str, *, limit: int, window: timedelta, at: datetime) -> None:
        """Count one, while at most `limit` were taken within `window`. Raises `LimitExceeded`, `Unavailable`."""
        self._database.write(lambda connection: _take(connection, bucket, limit=limit, window=window, at=at))

    def check(self, buckets: Mapping[str, int], *, window: timedelta, at: datetime) -> None:
        """Count nothing; say whether `take` would go on for each bucket. Raises `LimitExceeded`, `Unavailable`."""
        self._database.read(lambda connection: _check(connection, buckets, window=window, at=at))


def _check(connection: apsw.Connection, buckets: Mapping[str, int], *, window: timedelta, at: datetime) -> None:
    waits = [_wait(connection, bucket, limit=limit, window=window, at=at) for bucket, limit in buckets.items()]
    longest = max(waits, default=timedelta(0))
    if longest:
        raise LimitExceeded(longest)


def _wait(connection: apsw.Connection, bucket: str, *, limit: int, window: timedelta, at: datetime) -> timedelta:
    """The time until one more may be taken; zero when it may be taken now."""
    if limit < 1:
        return window
    in_the_way = connection.execute(_IN_THE_WAY, (bucket, to_ms(at - window), limit - 1)).fetchone()
    return timedelta(0) if in_the_way is None else (in_the_way[0] - to_ms(at)) * _MILLISECOND + window


def _take(connection: apsw.Connection, bucket: str, *, limit: int, window: timedelta, at: datetime) -> None:
    connection.execute(_FORGET, (to_ms(at),))
    _check(connection, {bucket: limit}, window=window, at=at)
    connection.execute(_TAKE, (bucket, to_ms(at), to_ms(at + window)))
