"""Mend what crashes and clients leave behind: stale uploads, old trash, bytes without a row."""

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


@dataclass(frozen=True, slots=True)
class SweepUploads:
    """Take back uploads that expired a day ago and were never completed."""

    catalog: FileCatalog
    blobs: BlobStore
    clock: Clock

    def __call__(self) -> int:
        """Return how many uploads were taken back. Raises `Unavailable`; what was done stays done."""
        now = self.clock.now()
        count = 0
        while stale := self.catalog.open_uploads(expired_before=now - GRACE, limit=_BATCH):
            for upload in stale:
                count += self._take_back(upload)
        return count

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
        now = self.clock.now()
        count = 0
        while old := self.catalog.discarded_files(trashed_before=now - TRASH_RETENTION, limit=_BATCH):
            for file in old:
                count += self._purge(file)
        return count

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
            upload = self.catalog.get_upload(key.owner_id, key.file_id, key.upload_id)
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
