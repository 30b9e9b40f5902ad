"""A write that nobody reads: what has nothing to write makes it, so that its time does not tell."""

from datetime import timedelta

from demobackend.ports.clock import Clock
from demobackend.ports.ids import Ids
from demobackend.ports.rate_limiter import RateLimiter

_FORGOTTEN_AFTER = timedelta(seconds=1)


def write_nothing(limiter: RateLimiter, ids: Ids, clock: Clock) -> None:
    """Costs what a change of a row costs, in the limiter's store: counts one in a bucket that is never looked at again.

    Raises `Unavailable`.
    """
    limiter.take(f"nothing:{ids.new()}", limit=1, window=_FORGOTTEN_AFTER, at=clock.now())
