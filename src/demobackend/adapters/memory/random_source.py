"""Values that look random and come out the same for the same seed."""

import base64
from hashlib import shake_256
from itertools import count
from threading import Lock

_SPARE_BYTES = 16  # beyond the digits' own, so that the remainder is even to within 2**-128


class SeededRandom:
    """Draws from a hash of its seed and a running number; a `RandomSource`. Guessable: for tests and demonstrations."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._lock = Lock()
        self._numbers = count()

    def token(self) -> str:
        """Return 43 characters of `A-Za-z0-9_-`."""
        return base64.urlsafe_b64encode(self._draw(32)).rstrip(b"=").decode()

    def digits(self, count: int) -> str:
        """Return `count` decimal digits, leading zeros kept."""
        number = int.from_bytes(self._draw(count + _SPARE_BYTES)) % 10**count
        return str(number).zfill(count) if count else ""

    def _draw(self, size: int) -> bytes:
        with self._lock:
            number = next(self._numbers)
        return shake_256(f"{self._seed}:{number}".encode()).digest(size)
