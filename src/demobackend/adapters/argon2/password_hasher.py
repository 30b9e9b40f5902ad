"""Passwords at rest under Argon2id."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import BoundedSemaphore

from argon2 import Parameters, PasswordHasher, Type, extract_parameters
from argon2.exceptions import HashingError, InvalidHashError, VerificationError, VerifyMismatchError

from demobackend.domain.model.errors import Unavailable

_VERSION = 19
_SALT_SIZE = 16
_HASH_SIZE = 32


class Argon2PasswordHasher:
    """`PasswordHasher` with OWASP's first choice of settings: 19 MiB, two passes, one lane.

    `memory_kib` is in KiB. As many hashes run at once as the machine has cores; who waits longer than `patience`
    is told `Unavailable`.
    """

    def __init__(self, *, memory_kib: int = 19_456, passes: int = 2, lanes: int = 1, patience: timedelta = timedelta(seconds=10)) -> None:
        self._hasher = PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=lanes, hash_len=_HASH_SIZE, salt_len=_SALT_SIZE, type=Type.ID
        )
        # Costs what a true one costs to verify, and nobody knows its password.
        self._nobodys = f"$argon2id$v={_VERSION}$m={memory_kib},t={passes},p={lanes}${_unpadded(_SALT_SIZE)}${_unpadded(_HASH_SIZE)}"
        self._cores = BoundedSemaphore(os.cpu_count() or 1)
        self._patience = patience.total_seconds()

    def hash(self, password: str) -> str:
        """As `PasswordHasher.hash`. Raises `Unavailable`."""
        with self._one_core():
            return self._hasher.hash(_encoded(password))

    def verify(self, password: str, password_hash: str | None) -> bool:
        """As `PasswordHasher.verify`; a hash that cannot be read is like None. Raises `Unavailable`."""
        known = password_hash if password_hash is not None and _parameters(password_hash) is not None else None
        with self._one_core():
            try:
                self._hasher.verify(known or self._nobodys, _encoded(password))
            except VerifyMismatchError:
                return False
        return known is not None

    def is_outdated(self, password_hash: str) -> bool:
        """As `PasswordHasher.is_outdated`; also true for what is no Argon2id hash."""
        made = _parameters(password_hash)
        return made is None or (
            made.type is not Type.ID
            or made.version < _VERSION
            or made.memory_cost < self._hasher.memory_cost
            or made.time_cost < self._hasher.time_cost
            or made.salt_len < _SALT_SIZE
            or made.hash_len < _HASH_SIZE
        )

    @contextmanager
    def _one_core(self) -> Iterator[None]:
        if not self._cores.acquire(timeout=self._patience):
            raise Unavailable
        try:
            yield
        except (HashingError, VerificationError) as error:
            raise Unavailable from error
        finally:
            self._cores.release()


def _parameters(password_hash: str) -> Parameters | None:
    try:
        return extract_parameters(password_hash)
    except InvalidHashError:
        return None


def _encoded(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")  # any text may be tried


def _unpadded(size: int) -> str:
    """So many zero bytes in base64 without padding, as hashes hold salts and tags."""
    return base64.b64encode(bytes(size)).decode().rstrip("=")
