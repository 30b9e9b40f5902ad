"""Password hashes by scrypt, the strongest function of the standard library."""

import base64
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import scrypt, sha256
from threading import BoundedSemaphore
from typing import Self

from demobackend.domain.model.errors import Unavailable

_TEXT = re.compile(r"scrypt\$2\^([1-9]|1[0-9])\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})")
_SALT_BYTES = 16
_DIGEST_BYTES = 32
_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _Hash:
    """A hash in its parts: scrypt's n as a power of two (r = 8, p = 1), salt and digest in base64url."""

    cost: int
    salt: str
    digest: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        match = _TEXT.fullmatch(text)
        return None if match is None else cls(int(match[1]), match[2], match[3])

    @property
    def text(self) -> str:
        return f"scrypt$2^{self.cost}${self.salt}${self.digest}"


class MemoryPasswordHasher:
    """Hashes with scrypt at a cost that suits tests and demonstrations; a `PasswordHasher`.

    `cost` is the binary logarithm of scrypt's n, 1-19; a hash takes 2**cost KiB of memory.
    """

    def __init__(self, *, cost: int = 8) -> None:
        self._cost = cost
        self._cores = BoundedSemaphore(os.cpu_count() or 1)
        self._nobody = self._hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """Return `scrypt$2^<cost>$<salt>$<digest>`. Raises `Unavailable` when no core comes free."""
        return self._hash(password).text

    def verify(self, password: str, password_hash: str | None) -> bool:
        """Return whether the password is the hashed one; None and foreign hashes never are. Raises `Unavailable`."""
        known = _Hash.parse(password_hash or "")
        held = known or self._nobody
        is_same = hmac.compare_digest(self._digest(password, salt=held.salt, cost=held.cost), held.digest)
        return is_same and known is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether it was made at a lower cost, or by another function."""
        known = _Hash.parse(password_hash)
        return known is None or known.cost < self._cost

    def _hash(self, password: str) -> _Hash:
        salt = _base64url(secrets.token_bytes(_SALT_BYTES))
        return _Hash(self._cost, salt, self._digest(password, salt=salt, cost=self._cost))

    def _digest(self, password: str, *, salt: str, cost: int) -> str:
        # HMAC, within scrypt, pads short keys with NULs and so takes "a" and "a\0" for the same; it pads no digest.
        octets = sha256(password.encode(errors="surrogatepass")).digest()
        with self._core():
            n = 1 << cost
            return _base64url(scrypt(octets, salt=salt.encode(), n=n, r=8, p=1, maxmem=n * 2048 + 65_536, dklen=_DIGEST_BYTES))

    @contextmanager
    def _core(self) -> Iterator[None]:
        if not self._cores.acquire(timeout=_PATIENCE_SECONDS):
            raise Unavailable
        try:
            yield
        finally:
            self._cores.release()


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
