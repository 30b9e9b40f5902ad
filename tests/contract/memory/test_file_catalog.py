"""The file catalogue in memory keeps its contract."""

from demobackend.adapters.memory.change_feed import MemoryChangeFeed
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.file_catalog import MemoryFileCatalog
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.ports.change_feed import ChangeFeed
from demobackend.ports.file_catalog import FileCatalog
from demobackend.testing.contracts.file_catalog import FileCatalogContract
from demobackend.testing.contracts.file_catalog_case import TakeChanges, taken_from
from demobackend.testing.contracts.file_catalog_feed import CatalogFeedContract


class TestMemoryFileCatalog(FileCatalogContract, CatalogFeedContract):
    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        catalog, feed = self.empty_catalog_and_feed()
        return catalog, taken_from(feed)

    def empty_catalog_and_feed(self) -> tuple[FileCatalog, ChangeFeed]:
        feed = MemoryChangeFeed(SequentialIds(ManualClock()))
        return MemoryFileCatalog(feed), feed
