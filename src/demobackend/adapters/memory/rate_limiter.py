"""Rate limits in memory, as exact sliding logs."""

from bisect import bisect_right, insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from demobackend.domain.model.errors import LimitExceeded

_NONE = timedelta(0)
_FEWEST_TAKES = 64  # between sweeps, so that a few buckets are not swept at every take


@dataclass(slots=True)
class _Bucket:
    """When something was taken, oldest first, and the widest window that anyone asked about."""

    widest: timedelta
    taken: list[datetime] = field(default_factory=list)

    def note(self, at: datetime) -> None:
        """Count one."""
        if self.taken and at < self.taken[-1]:  # callers' clocks may disagree by a little
            insort(self.taken, at)
        else:
            self.taken.append(at)

    def forget(self, at: datetime, window: timedelta) -> None:
        """Drop what no window reaches any more, this one included."""
        if window > self.widest:
            self.widest = window
        oldest = at - self.widest
        if self.taken and self.taken[0] <= oldest:
            del self.taken[: bisect_right(self.taken, oldest)]

    def wait(self, *, limit: int, window: timedelta, at: datetime) -> timedelta:
        """The time until fewer than `limit` were taken within `window`; zero when it is so now."""
        if len(self.taken) < limit or len(self.taken) - bisect_right(self.taken, at - window) < limit:
            return _NONE
        return self.taken[-limit] + window - at if limit else window


class MemoryRateLimiter:
    """Remembers each take for its window and not much longer; a `RateLimiter`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._buckets: dict[str, _Bucket] = {}
        self._takes_until_sweep = 0

    def take(self, bucket: str, *, limit: int, window: timedelta, at: datetime) -> None:
        """Count one, while at most `limit` were taken within `window`. Raises `LimitExceeded`."""
        with self._lock:
            self._sweep_when_due(at)
            held = self._buckets.get(bucket)
            if held is None:
                held = self._buckets[bucket] = _Bucket(window)
            held.forget(at, window)
            _refuse_unless_free(held.wait(limit=limit, window=window, at=at))
            held.note(at)

    def check(self, buckets: Mapping[str, int], *, window: timedelta, at: datetime) -> None:
        """Count nothing; only say whether `take` would go on for each bucket. Raises `LimitExceeded`."""
        with self._lock:
            held = ((self._buckets.get(bucket) or _Bucket(window), limit) for bucket, limit in buckets.items())
            waits = [takes.wait(limit=limit, window=window, at=at) for takes, limit in held]
        _refuse_unless_free(max(waits, default=_NONE))

    def _sweep_when_due(self, at: datetime) -> None:
        # After as many takes as buckets were left the last time: constant work per take, and about twice the live ones kept at most.
        self._takes_until_sweep -= 1
        if self._takes_until_sweep > 0:
            return
        self._buckets = {name: held for name, held in self._buckets.items() if held.taken and held.taken[-1] + held.widest > at}
        self._takes_until_sweep = max(len(self._buckets), _FEWEST_TAKES)


def _refuse_unless_free(wait: timedelta) -> None:
    if wait:
        raise LimitExceeded(wait)
