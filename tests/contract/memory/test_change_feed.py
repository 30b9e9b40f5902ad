"""The change feed in memory keeps its contract."""

from demobackend.adapters.memory.change_feed import MemoryChangeFeed
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.ports.change_feed import ChangeFeed
from demobackend.testing.contracts.change_feed import ChangeFeedContract


class TestMemoryChangeFeed(ChangeFeedContract):
    def empty_feed(self) -> ChangeFeed:
        return MemoryChangeFeed(SequentialIds(ManualClock()))
