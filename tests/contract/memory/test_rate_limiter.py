"""The rate limiter in memory keeps its contract."""

from demobackend.adapters.memory.rate_limiter import MemoryRateLimiter
from demobackend.ports.rate_limiter import RateLimiter
from demobackend.testing.contracts.rate_limiter import RateLimiterContract


class TestMemoryRateLimiter(RateLimiterContract):
    def limiter(self) -> RateLimiter:
        return MemoryRateLimiter()
