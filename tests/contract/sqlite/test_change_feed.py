"""The change feed in SQLite keeps its contract."""

from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.sqlite.change_feed import SqliteChangeFeed
from demobackend.adapters.sqlite.database import Database
from demobackend.ports.change_feed import ChangeFeed
from demobackend.testing.contracts.change_feed import ChangeFeedContract


class TestSqliteChangeFeed(ChangeFeedContract):
    def empty_feed(self) -> ChangeFeed:
        folder = Path(self.cleanup.enter_context(TemporaryDirectory()))
        return SqliteChangeFeed(self.cleanup.enter_context(Database.open(folder / "database")), SequentialIds(ManualClock()))
