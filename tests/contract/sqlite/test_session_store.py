"""The session store in SQLite keeps its contract."""

from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.session_store import SqliteSessionStore
from demobackend.ports.session_store import SessionStore
from demobackend.testing.contracts.session_store import SessionStoreContract


class TestSqliteSessionStore(SessionStoreContract):
    def empty_store(self) -> SessionStore:
        folder = Path(self.cleanup.enter_context(TemporaryDirectory()))
        return SqliteSessionStore(self.cleanup.enter_context(Database.open(folder / "database")))
