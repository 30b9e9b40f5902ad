"""Keys that live as long as the process, like everything they sign here."""

import hmac
import secrets
from hashlib import sha256
from threading import Lock

from demobackend.ports.secrets import Purpose

_KEY_BYTES = 32
_KEPT_KEYS = 2  # the one that signs and the one before it, as AWSCURRENT and AWSPREVIOUS


class MemorySecrets:
    """Makes a key per purpose when first asked; a `Secrets`. With a seed the keys are the same in every process."""

    def __init__(self, seed: bytes | None = None) -> None:
        self._seed = seed
        self._lock = Lock()
        self._keys: dict[Purpose, tuple[bytes, ...]] = {}
        self._made: dict[Purpose, int] = {}

    def keys(self, purpose: Purpose) -> tuple[bytes, ...]:
        """Return the keys, newest first."""
        with self._lock:
            if purpose not in self._keys:
                self._keys[purpose] = (self._new_key(purpose),)
            return self._keys[purpose]

    def rotate(self, purpose: Purpose) -> None:
        """Sign with a new key from now on; the present one still verifies, the one before it no longer."""
        with self._lock:
            present = self._keys.get(purpose) or (self._new_key(purpose),)
            self._keys[purpose] = (self._new_key(purpose), *present)[:_KEPT_KEYS]

    def _new_key(self, purpose: Purpose) -> bytes:
        if self._seed is None:
            return secrets.token_bytes(_KEY_BYTES)
        number = self._made[purpose] = self._made.get(purpose, 0) + 1
        return hmac.new(self._seed, f"{purpose}:{number}".encode(), sha256).digest()
