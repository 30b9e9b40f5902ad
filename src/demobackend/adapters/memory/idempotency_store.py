"""Idempotency keys in memory."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from threading import Lock

from demobackend.domain.model.errors import IdempotencyMismatch, RequestInProgress
from demobackend.domain.model.idempotency import KeptAnswer, KeyedRequest

type _Key = tuple[str, str, str]


@dataclass(slots=True)
class _Claim:
    """A key in use: by which request, until when, and the answer once there is one."""

    digest: str
    leased_until: datetime
    kept_until: datetime
    answer: KeptAnswer | None = None


class MemoryIdempotencyStore:
    """Claims by caller, operation and key; an `IdempotencyStore`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._claims: dict[_Key, _Claim] = {}
        self._ends: list[tuple[datetime, _Key]] = []  # a heap: when to look whether a claim is over

    def begin(self, request: KeyedRequest, *, at: datetime, lease: timedelta, kept: timedelta) -> KeptAnswer | None:
        """Claim the key and return None, or return the answer to repeat. Raises `IdempotencyMismatch`, `RequestInProgress`."""
        with self._lock:
            self._forget_ended(at)
            key = _key(request)
            held = self._claims.get(key)
            if held is not None and held.kept_until > at:
                if held.digest != request.digest:
                    raise IdempotencyMismatch
                if held.answer is not None:
                    return held.answer
                if held.leased_until > at:
                    raise RequestInProgress
            self._claims[key] = _Claim(request.digest, leased_until=at + lease, kept_until=at + kept)
            heappush(self._ends, (at + kept, key))
            return None

    def finish(self, request: KeyedRequest, answer: KeptAnswer) -> None:
        """Keep the answer and end the lease."""
        with self._lock:
            held = self._claims.get(_key(request))
            if held is not None and held.digest == request.digest:
                held.answer = answer

    def release(self, request: KeyedRequest) -> None:
        """Forget a claim that led to no answer worth keeping."""
        with self._lock:
            held = self._claims.get(_key(request))
            if held is not None and held.digest == request.digest and held.answer is None:
                del self._claims[_key(request)]

    def _forget_ended(self, at: datetime) -> None:
        while self._ends and self._ends[0][0] <= at:
            _, key = heappop(self._ends)
            held = self._claims.get(key)
            if held is not None and held.kept_until <= at:
                del self._claims[key]


def _key(request: KeyedRequest) -> _Key:
    return (request.caller, request.operation, request.key)
