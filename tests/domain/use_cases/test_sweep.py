"""Sweeps over a catalogue whose lists lag behind: the work is done once, counted once, and comes to an end."""

from datetime import datetime, timedelta

import pytest

from demobackend.adapters.memory.blob_store import MemoryBlobStore
from demobackend.adapters.memory.change_feed import MemoryChangeFeed
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.file_catalog import MemoryFileCatalog
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.search_index import MemorySearchIndex
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.memory.text_extractor import MemoryTextExtractor
from demobackend.adapters.signed_urls import UrlSigner
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.upload import Upload
from demobackend.domain.model.usage import Usage
from demobackend.domain.use_cases.events.project_file_change import ProjectFileChange
from demobackend.domain.use_cases.events.sweep import CheckBlobs, PurgeTrash, SweepUploads
from demobackend.testing.contracts.file_catalog_case import add_purged, add_trashed, begin
from demobackend.testing.people import put_bytes
from demobackend.testing.samples import DAY, NOON, OWNER

LATE = NOON + 60 * DAY


class LaggingCatalog(MemoryFileCatalog):
    """Its lists for sweeps show what was so when `look` was last called, as an index does that is behind for a few seconds."""

    def look(self) -> None:
        self.uploads = super().open_uploads(expired_before=LATE, limit=1_000)
        self.files = super().discarded_files(trashed_before=LATE, limit=1_000)

    def open_uploads(self, *, expired_before: datetime, limit: int) -> tuple[Upload, ...]:
        return self.uploads[:limit]

    def discarded_files(self, *, trashed_before: datetime, limit: int) -> tuple[File, ...]:
        return self.files[:limit]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(LATE)


@pytest.fixture
def catalog(clock: ManualClock) -> LaggingCatalog:
    return LaggingCatalog(MemoryChangeFeed(SequentialIds(clock)))


@pytest.fixture
def blobs(clock: ManualClock) -> MemoryBlobStore:
    return MemoryBlobStore(UrlSigner("http://127.0.0.1", MemorySecrets(), clock), clock)


def test_an_upload_that_is_listed_again_after_it_was_taken_back_is_counted_once(
    catalog: LaggingCatalog, blobs: MemoryBlobStore, clock: ManualClock
) -> None:
    for number in range(3):
        begin(catalog, number)
    catalog.look()
    assert SweepUploads(catalog, blobs, clock)() == (3, 0)
    assert catalog.usage(OWNER) == Usage()


def test_a_file_that_is_listed_again_after_it_was_purged_is_counted_once(
    catalog: LaggingCatalog, blobs: MemoryBlobStore, clock: ManualClock
) -> None:
    add_trashed(catalog, 1)
    add_purged(catalog, 2)
    catalog.look()
    assert PurgeTrash(catalog, blobs, MemorySearchIndex(), clock)() == 2
    assert catalog.usage(OWNER) == Usage()


def test_a_full_list_of_what_is_done_already_ends_the_sweep(catalog: LaggingCatalog, blobs: MemoryBlobStore, clock: ManualClock) -> None:
    for number in range(150):
        begin(catalog, number)
    catalog.look()
    assert SweepUploads(catalog, blobs, clock)() == (100, 0)  # the list never gets past its first hundred
    catalog.look()
    assert SweepUploads(catalog, blobs, clock)() == (50, 0)


def test_an_upload_that_was_completed_since_it_was_listed_keeps_its_file(
    catalog: LaggingCatalog, blobs: MemoryBlobStore, clock: ManualClock
) -> None:
    file, upload = begin(catalog)
    catalog.look()
    available = file.arrived(sha256=None, at=NOON + DAY)
    catalog.finish(available, upload.id, expected=file.revision)
    assert SweepUploads(catalog, blobs, clock)() == (0, 0)
    assert catalog.get(OWNER, file.id) == available


def test_a_file_that_was_restored_since_it_was_listed_is_kept(catalog: LaggingCatalog, blobs: MemoryBlobStore, clock: ManualClock) -> None:
    trashed = add_trashed(catalog)
    catalog.look()
    restored = trashed.restored(trashed.updated_at + timedelta(days=1))
    catalog.replace(restored, expected=trashed.revision)
    assert PurgeTrash(catalog, blobs, MemorySearchIndex(), clock)() == 0
    assert catalog.get(OWNER, trashed.id) == restored


def test_bytes_of_an_open_upload_that_no_list_shows_yet_stay(catalog: LaggingCatalog, blobs: MemoryBlobStore, clock: ManualClock) -> None:
    _, upload = begin(catalog)
    put_bytes(blobs, upload.key, b"0123456789")
    clock.advance(2 * DAY)
    project = ProjectFileChange(catalog, blobs, MemorySearchIndex(), MemoryTextExtractor())
    assert CheckBlobs(catalog, blobs, project, clock)() == (0, 0)
    assert list(blobs.keys_stored_before(clock.now())) == [upload.key]


def test_an_upload_whose_bytes_are_there_is_completed_and_not_taken_back(
    catalog: LaggingCatalog, blobs: MemoryBlobStore, clock: ManualClock
) -> None:
    file, upload = begin(catalog)
    put_bytes(blobs, upload.key, b"0123456789")
    catalog.look()
    assert SweepUploads(catalog, blobs, clock)() == (0, 1)
    assert catalog.get(OWNER, file.id).status is FileStatus.AVAILABLE


def test_an_upload_with_other_bytes_than_were_declared_is_taken_back(
    catalog: LaggingCatalog, blobs: MemoryBlobStore, clock: ManualClock
) -> None:
    _, upload = begin(catalog)
    put_bytes(blobs, upload.key, b"too short")
    catalog.look()
    assert SweepUploads(catalog, blobs, clock)() == (1, 0)
    assert list(blobs.keys_stored_before(LATE + DAY)) == []


def test_bytes_that_arrive_after_an_abort_are_deleted(catalog: LaggingCatalog, blobs: MemoryBlobStore, clock: ManualClock) -> None:
    file, upload = begin(catalog)
    catalog.abort(OWNER, file.id, upload.id, at=NOON)
    put_bytes(blobs, upload.key, b"0123456789")
    clock.advance(2 * DAY)
    project = ProjectFileChange(catalog, blobs, MemorySearchIndex(), MemoryTextExtractor())
    assert CheckBlobs(catalog, blobs, project, clock)() == (1, 0)
    assert list(blobs.keys_stored_before(clock.now())) == []


def test_the_trash_is_kept_for_thirty_days(blobs: MemoryBlobStore) -> None:
    clock = ManualClock(NOON)
    catalog = MemoryFileCatalog(MemoryChangeFeed(SequentialIds(clock)))
    trashed, purge = add_trashed(catalog), PurgeTrash(catalog, blobs, MemorySearchIndex(), clock)
    clock.advance(trashed.updated_at + 30 * DAY - NOON)
    assert purge() == 0
    assert catalog.get(OWNER, trashed.id) == trashed
    clock.advance(timedelta(milliseconds=1))
    assert purge() == 1
    assert catalog.usage(OWNER) == Usage()
