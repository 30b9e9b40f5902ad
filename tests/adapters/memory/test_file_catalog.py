"""What the contract leaves open about the catalogue in memory."""

from dataclasses import replace

from demobackend.adapters.memory.change_feed import MemoryChangeFeed
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.file_catalog import MemoryFileCatalog
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import Indexing
from demobackend.domain.model.usage import Usage
from demobackend.testing.contracts.file_catalog_case import add_available, begin, tagged
from demobackend.testing.races import race
from demobackend.testing.samples import DAY, MINUTE, NOON, OWNER


def new_catalog() -> tuple[MemoryFileCatalog, MemoryChangeFeed]:
    feed = MemoryChangeFeed(SequentialIds(ManualClock()))
    return MemoryFileCatalog(feed), feed


def test_a_change_by_somebody_who_read_the_file_before_it_was_indexed_keeps_what_is_indexed() -> None:
    catalog, _ = new_catalog()
    read_before = add_available(catalog)
    catalog.mark_indexed(OWNER, read_before.id, revision=read_before.revision, text_status=TextStatus.INDEXED)
    catalog.replace(tagged(read_before, "x"), expected=read_before.revision)
    assert catalog.get(OWNER, read_before.id).indexing == Indexing(read_before.revision, TextStatus.INDEXED)


def test_a_replacement_of_another_size_leaves_size_and_usage_in_agreement() -> None:
    catalog, _ = new_catalog()
    file = add_available(catalog, size=10)
    catalog.replace(replace(tagged(file, "x"), size=99), expected=file.revision)
    assert catalog.get(OWNER, file.id).size == 10
    assert catalog.usage(OWNER) == Usage(bytes_used=10, files_used=1)


def test_whoever_claims_a_change_reads_what_caused_it() -> None:
    catalog, feed = new_catalog()
    behind: list[tuple[int, int]] = []

    def act(number: int) -> None:
        if number % 2:
            begin(catalog, number)
            return
        for delivery in feed.claim(limit=3, at=NOON + DAY, lease=MINUTE):
            file = catalog.get(OWNER, delivery.change.file_id)
            behind.extend([(file.revision, delivery.change.revision)] if file.revision < delivery.change.revision else [])

    race(act)
    assert behind == []
