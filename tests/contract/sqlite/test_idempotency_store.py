"""The store of idempotency keys in SQLite keeps its contract."""

from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.idempotency_store import SqliteIdempotencyStore
from demobackend.ports.idempotency_store import IdempotencyStore
from demobackend.testing.contracts.idempotency_store import IdempotencyStoreContract


class TestSqliteIdempotencyStore(IdempotencyStoreContract):
    def empty_store(self) -> IdempotencyStore:
        folder = Path(self.cleanup.enter_context(TemporaryDirectory()))
        return SqliteIdempotencyStore(self.cleanup.enter_context(Database.open(folder / "database")))
