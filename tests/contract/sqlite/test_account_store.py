"""The account store in SQLite keeps its contract."""

from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.sqlite.account_store import SqliteAccountStore
from demobackend.adapters.sqlite.database import Database
from demobackend.ports.account_store import AccountStore
from demobackend.testing.contracts.account_store import AccountStoreContract


class TestSqliteAccountStore(AccountStoreContract):
    def empty_store(self) -> AccountStore:
        folder = Path(self.cleanup.enter_context(TemporaryDirectory()))
        return SqliteAccountStore(self.cleanup.enter_context(Database.open(folder / "database")))
