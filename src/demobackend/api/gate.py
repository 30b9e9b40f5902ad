"""What stands before every operation: who calls, how often, under which key."""

from dataclasses import dataclass, field
from datetime import timedelta

from demobackend.api.cursors import Cursors
from demobackend.domain.use_cases.users.authenticate import Authenticate
from demobackend.ports.clock import Clock
from demobackend.ports.idempotency_store import IdempotencyStore
from demobackend.ports.ids import Ids
from demobackend.ports.rate_limiter import RateLimiter


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Limits and policies of the API. `cors_origins` are exact; `hsts` only where every path to us is TLS."""

    caller_calls: int = 500
    caller_window: timedelta = timedelta(seconds=1)
    public_calls: int = 3_000
    public_window: timedelta = timedelta(minutes=1)
    cors_origins: frozenset[str] = field(default_factory=frozenset)
    hsts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The services that `perform` uses for every area alike."""

    authenticate: Authenticate
    idempotency: IdempotencyStore
    limiter: RateLimiter
    cursors: Cursors
    clock: Clock
    ids: Ids
    rules: Rules = field(default_factory=Rules)
