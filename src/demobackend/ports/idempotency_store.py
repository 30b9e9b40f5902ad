"""Requests that came under an idempotency key."""

from datetime import datetime, timedelta
from typing import Protocol

from demobackend.domain.model.idempotency import KeptAnswer, KeyedRequest


class IdempotencyStore(Protocol):
    """Lets one request per key run at a time and keeps its answer. Keys are told apart by caller, operation and key.

    Changes are durable when they return. Every method raises `Unavailable` when the store does not answer in time.
    Source: Stripe's idempotent requests; IETF draft idempotency-key-header; docs/ports.md#idempotency-store.
    """

    def begin(self, request: KeyedRequest, *, at: datetime, lease: timedelta, kept: timedelta) -> KeptAnswer | None:
        """Claim the key for `lease` and return None, or return the answer to repeat, which is kept for `kept` after its claim.

        Raises `IdempotencyMismatch` when the key was used with another digest, `RequestInProgress` while its lease runs, `Unavailable`.
        """
        ...

    def finish(self, request: KeyedRequest, answer: KeptAnswer) -> None:
        """Keep the answer and end the lease. Raises `Unavailable`.

        A body has at most 256 KiB. A larger answer may be given up; `begin` then raises `RequestInProgress` until the key is forgotten.
        """
        ...

    def release(self, request: KeyedRequest) -> None:
        """Forget a claim that led to no answer worth keeping, so that the key can be tried again. Raises `Unavailable`."""
        ...
