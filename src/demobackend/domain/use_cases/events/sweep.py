"""Mend what crashes and clients leave behind: stale uploads, old trash, bytes without a row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.errors import Conflict, NotFound, VersionConflict
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.upload import Upload, UploadStatus
from demobackend.ports.blob_store import BlobStore
from demobackend.ports.clock import Clock
from demobackend.ports.file_catalog import FileCatalog

GRACE = timedelta(hours=24)
TRASH_RETENTION = timedelta(days=30)
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Swept:
    """How much one sweep did."""

    uploads: int
    files: int
    blobs: int


def _each_once[T: (File, Upload)](ask: Callable[[], tuple[T, ...]]) -> Iterator[T]:
    """What is due, batch by batch, until a batch brings nothing new: what comes again is in a list that lags behind what was done,
    or nothing could be done about it. Either way it is for the next sweep."""
    seen: set[str] = set()
    while new := [each for each in ask() if each.id not in seen]:
        seen.update(each.id for each in new)
        yield from new


@dataclass(frozen=True, slots=True)
class SweepUploads:
    """Take back uploads that expired a day ago and were never completed."""

    catalog: FileCatalog
    blobs: BlobStore
    clock: Clock

    def __call__(self) -> int:
        """Return how many uploads were taken back. Raises `Unavailable`; what was done stays done."""
        before = self.clock.now() - GRACE
        stale = _each_once(lambda: self.catalog.open_uploads(expired_before=before, limit=_BATCH))
        return sum(self._take_back(upload) for upload in stale)

    def _take_back(self, upload: Upload) -> int:
        try:
            self.catalog.abort(upload.owner_id, upload.file_id, upload.id, at=self.clock.now())
        except (Conflict, NotFound):  # completed or removed since it was listed
            return 0
        self.blobs.delete(upload.key)
        return 1


@dataclass(frozen=True, slots=True)
class PurgeTrash:
    """Delete for good what has been in the trash for its retention, and what an earlier purge left half done."""

    catalog: FileCatalog
    blobs: BlobStore
    clock: Clock

    def __call__(self) -> int:
        """Return how many files were purged. Raises `Unavailable`; a file is then whole, or purged and taken up again next time."""
        before = self.clock.now() - TRASH_RETENTION
        old = _each_once(lambda: self.catalog.discarded_files(trashed_before=before, limit=_BATCH))
        return sum(self._purge(file) for file in old)

    def _purge(self, file: File) -> int:
        """The row says `purged` before the bytes go, so no reader ever meets an available file without bytes."""
        if file.status is not FileStatus.PURGED:
            purged = file.purged(self.clock.now())
            try:
                self.catalog.replace(purged, expected=file.revision)
            except (VersionConflict, NotFound):  # restored or removed since it was listed
                return 0
            file = purged
        self.blobs.delete(file.blob)
        self.catalog.remove(file)
        return 1


@dataclass(frozen=True, slots=True)
class RemoveOrphans:
    """Delete bytes, at least a day old, that no open or completed upload accounts for."""

    catalog: FileCatalog
    blobs: BlobStore
    clock: Clock

    def __call__(self) -> int:
        """Return how many blobs were deleted. Raises `Unavailable`."""
        count = 0
        for key in self.blobs.keys_stored_before(self.clock.now() - GRACE):
            if self._is_orphan(key):
                self.blobs.delete(key)
                count += 1
        return count

    def _is_orphan(self, key: BlobKey) -> bool:
        try:
            upload, _ = self.catalog.get_upload(key.owner_id, key.file_id, key.upload_id)
        except NotFound:
            return True
        return upload.status is UploadStatus.ABORTED or upload.key != key


@dataclass(frozen=True, slots=True)
class Sweep:
    """Everything that time makes due, in the order in which each leaves work to the next."""

    uploads: SweepUploads
    trash: PurgeTrash
    orphans: RemoveOrphans

    def __call__(self) -> Swept:
        """Return what was done. Raises `Unavailable`; the next sweep goes on."""
        return Swept(uploads=self.uploads(), files=self.trash(), blobs=self.orphans())
