"""The file catalogue in SQLite keeps its contract."""

from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.sqlite.change_feed import SqliteChangeFeed
from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.file_catalog import SqliteFileCatalog
from demobackend.ports.change_feed import ChangeFeed
from demobackend.ports.file_catalog import FileCatalog
from demobackend.testing.contracts.file_catalog import FileCatalogContract
from demobackend.testing.contracts.file_catalog_case import TakeChanges, taken_from
from demobackend.testing.contracts.file_catalog_feed import CatalogFeedContract


class TestSqliteFileCatalog(FileCatalogContract, CatalogFeedContract):
    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        catalog, feed = self.empty_catalog_and_feed()
        return catalog, taken_from(feed)

    def empty_catalog_and_feed(self) -> tuple[FileCatalog, ChangeFeed]:
        folder = Path(self.cleanup.enter_context(TemporaryDirectory()))
        database = self.cleanup.enter_context(Database.open(folder / "database"))
        ids = SequentialIds(ManualClock())
        return SqliteFileCatalog(database, ids), SqliteChangeFeed(database, ids)
