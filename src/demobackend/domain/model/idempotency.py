"""Idempotency keys: one effect per key, and the answer to it kept for repetition."""

from dataclasses import dataclass
from datetime import timedelta

KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=60)  # longer than a request runs (29 s, and a store's last patience), so a lapsed lease means a dead worker


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request under a key: whose, which operation, the key, and a digest of path parameters and body."""

    caller: str
    operation: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A 2xx answer to repeat: status, headers and body bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
