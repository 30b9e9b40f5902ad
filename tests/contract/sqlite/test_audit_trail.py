"""The audit trail in SQLite keeps its contract."""

from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.sqlite.account_store import SqliteAccountStore
from demobackend.adapters.sqlite.audit_trail import SqliteAuditTrail
from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.session_store import SqliteSessionStore
from demobackend.testing.contracts.audit_trail import AuditedStores, AuditTrailContract


class TestSqliteAuditTrail(AuditTrailContract):
    def empty_stores(self) -> AuditedStores:
        folder = Path(self.cleanup.enter_context(TemporaryDirectory()))
        database = self.cleanup.enter_context(Database.open(folder / "database"))
        return AuditedStores(accounts=SqliteAccountStore(database), sessions=SqliteSessionStore(database), trail=SqliteAuditTrail(database))
