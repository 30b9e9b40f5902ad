"""How often something may happen."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol


class RateLimiter(Protocol):
    """Counts per bucket over a window. A bucket is any text of at most 512 characters. Counts may be lost in a crash, not doubled.

    Every method raises `Unavailable` when its store does not answer in time.
    """

    def take(self, bucket: str, *, limit: int, window: timedelta, at: datetime) -> None:
        """Count one and go on, while at most `limit` were taken within `window`; else count nothing.

        Raises `LimitExceeded` with the time until the next one is free, `Unavailable`. Concurrent callers never take more than `limit`.
        """
        ...

    def check(self, buckets: Mapping[str, int], *, window: timedelta, at: datetime) -> None:
        """Count nothing; only say whether `take` would go on for each of the buckets, at most 100, under its own limit.

        Raises `LimitExceeded` with the time until all would, `Unavailable`.
        """
        ...
