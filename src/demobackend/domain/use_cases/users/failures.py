"""Lockout: wrong passwords and codes, counted per account, per network and for all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from demobackend.domain.model.errors import LimitExceeded, Locked
from demobackend.domain.model.lockout import LockoutRules
from demobackend.ports.clock import Clock
from demobackend.ports.rate_limiter import RateLimiter


@dataclass(frozen=True, slots=True)
class Failures:
    """Counts failures, and refuses further tries. Asked before a try, so a locked account costs nothing, and again after it, so
    that guesses made at the same time count as if made one after another."""

    limiter: RateLimiter
    clock: Clock
    rules: LockoutRules = LockoutRules()

    def check(self, *, account: str, network: str) -> None:
        """Raises `Locked`, `Unavailable`."""
        with _as_locked():
            self.limiter.check(self._buckets(account, network), window=self.rules.window, at=self.clock.now())

    def count(self, *, account: str, network: str) -> None:
        """One more. Raises `Locked` when it was one too many, `Unavailable`."""
        with _as_locked():
            for bucket, limit in self._buckets(account, network).items():
                self.limiter.take(bucket, limit=limit, window=self.rules.window, at=self.clock.now())

    def _buckets(self, account: str, network: str) -> dict[str, int]:
        return {
            f"failures:account:{account}": self.rules.per_account,
            f"failures:network:{network}": self.rules.per_network,
            "failures:everywhere": self.rules.everywhere,
        }


@contextmanager
def _as_locked() -> Iterator[None]:
    try:
        yield
    except LimitExceeded as error:
        raise Locked(error.retry_after) from None
