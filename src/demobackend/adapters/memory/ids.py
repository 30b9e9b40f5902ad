"""Identifiers that come out the same in every run."""

from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Lock
from uuid import UUID

from demobackend.ports.clock import Clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SequentialIds:
    """Makes UUIDv7s of the clock's time and a running number; an `Ids`. Guessable: for tests and demonstrations."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._milliseconds = 0
        self._numbers = count(1)

    def new(self) -> str:
        """Return a UUIDv7 whose last 62 bits count the calls."""
        with self._lock:
            now = (self._clock.now() - _EPOCH) // timedelta(milliseconds=1)
            self._milliseconds = max(self._milliseconds, now)  # the clock may step back, identifiers may not
            return str(UUID(int=self._milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | next(self._numbers)))
