"""What a file catalogue promises besides, where it records its changes in a change feed."""

from abc import abstractmethod

from demobackend.ports.change_feed import ChangeFeed
from demobackend.ports.file_catalog import FileCatalog
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.file_catalog_case import add_available
from demobackend.testing.contracts.file_catalog_changes import changed
from demobackend.testing.samples import HOUR, MILLISECOND


class CatalogFeedContract(Contract):
    """The promises of a `FileCatalog` and the `ChangeFeed` that it writes to. Elsewhere a stream of the store itself is the feed."""

    @abstractmethod
    def empty_catalog_and_feed(self) -> tuple[FileCatalog, ChangeFeed]:
        """Return a catalogue without a row, and the feed that it writes to."""

    def test_a_record_is_due_at_the_time_of_the_change(self) -> None:
        catalog, feed = self.empty_catalog_and_feed()
        file = add_available(catalog)
        deliveries = feed.claim(limit=10, at=file.updated_at, lease=HOUR)
        assert changed(file, file.revision) in [delivery.change for delivery in deliveries]

    def test_a_record_is_not_due_before_the_change(self) -> None:
        catalog, feed = self.empty_catalog_and_feed()
        file = add_available(catalog)
        deliveries = feed.claim(limit=10, at=file.updated_at - MILLISECOND, lease=HOUR)
        assert changed(file, file.revision) not in [delivery.change for delivery in deliveries]
