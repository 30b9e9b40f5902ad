"""UUIDv7 identifiers that only grow (RFC 9562, section 6.2, method 2: monotonic random)."""

import secrets
from datetime import UTC, datetime, timedelta
from threading import Lock

from demobackend.ports.clock import Clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TAIL_BITS = 74  # rand_a (12) and rand_b (62)
_STEP_BITS = 32  # how far two identifiers of one millisecond may lie apart; unguessable, yet far from exhausting the tail


class SystemIds:
    """Makes UUIDv7s; an `Ids`. Later ones sort after earlier ones, also across threads and when the clock steps back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._milliseconds = 0
        self._tail = 0

    def new(self) -> str:
        """Return a UUIDv7, lower-case with hyphens."""
        with self._lock:
            now = (self._clock.now() - _EPOCH) // timedelta(milliseconds=1)
            if now > self._milliseconds:
                self._restart(now)
            else:
                self._tail += 1 + secrets.randbits(_STEP_BITS)
                if self._tail >> _TAIL_BITS:
                    self._restart(self._milliseconds + 1)
            return _uuid7(self._milliseconds, self._tail)

    def _restart(self, milliseconds: int) -> None:
        self._milliseconds = milliseconds
        self._tail = secrets.randbits(_TAIL_BITS - 1)  # the top bit stays clear, so that there is room to count up


def _uuid7(milliseconds: int, tail: int) -> str:
    rand_a, rand_b = tail >> 62, tail & ((1 << 62) - 1)
    number = milliseconds << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
