"""The rate limiter in SQLite keeps its contract."""

from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.rate_limiter import SqliteRateLimiter
from demobackend.ports.rate_limiter import RateLimiter
from demobackend.testing.contracts.rate_limiter import RateLimiterContract


class TestSqliteRateLimiter(RateLimiterContract):
    def limiter(self) -> RateLimiter:
        folder = Path(self.cleanup.enter_context(TemporaryDirectory()))
        return SqliteRateLimiter(self.cleanup.enter_context(Database.open(folder / "database")))
