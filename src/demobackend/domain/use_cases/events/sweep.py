"""Mend what crashes, clients and lost events leave behind: stale uploads, old trash, bytes without a row, files not indexed."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched, groupby

from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.change import Change, ChangeKind
from demobackend.domain.model.errors import Conflict, Corrupt, NotFound, Refused, VersionConflict
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.ids import UserId
from demobackend.domain.model.upload import Upload, UploadStatus
from demobackend.domain.use_cases.events.project_file_change import ProjectFileChange
from demobackend.domain.use_cases.files.complete_upload import CompleteUpload
from demobackend.ports.blob_store import BlobStore
from demobackend.ports.clock import Clock
from demobackend.ports.file_catalog import FileCatalog
from demobackend.ports.search_index import SearchIndex

GRACE = timedelta(hours=24)
"""Events that have not come by then are lost: no stream of changes keeps them for longer."""
TRASH_RETENTION = timedelta(days=30)
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Swept:
    """How much one sweep did: uploads taken back, files purged, orphaned blobs deleted; and of what an event should have done,
    uploads completed and files brought into line with the index."""

    uploads: int
    files: int
    blobs: int
    completed: int = 0
    indexed: int = 0


def _each_once[T: (File, Upload)](ask: Callable[[], tuple[T, ...]]) -> Iterator[T]:
    """What is due, batch by batch, until a batch brings nothing new: what comes again is in a list that lags behind what was done,
    or nothing could be done about it. Either way it is for the next sweep."""
    seen: set[str] = set()
    while new := [each for each in ask() if each.id not in seen]:
        seen.update(each.id for each in new)
        yield from new


@dataclass(frozen=True, slots=True)
class SweepUploads:
    """End uploads that expired a day ago: complete those whose bytes are there, though no event told of them, and take back the rest."""

    catalog: FileCatalog
    blobs: BlobStore
    clock: Clock

    def __call__(self) -> tuple[int, int]:
        """Return how many uploads were taken back, and how many completed. Raises `Unavailable`; what was done stays done."""
        now = self.clock.now()
        stale = _each_once(lambda: self.catalog.open_uploads(expired_before=now - GRACE, limit=_BATCH))
        ends = Counter(self._end(upload, now) for upload in stale)
        return ends[UploadStatus.ABORTED], ends[UploadStatus.COMPLETED]

    def _end(self, upload: Upload, started: datetime) -> UploadStatus | None:
        """How it ended now; None when it had ended, or was removed, since it was listed."""
        with suppress(Conflict, NotFound, Refused):  # the bytes never came, or are not those that were declared
            file = CompleteUpload(self.catalog, self.blobs, self.clock).reconcile(upload.owner_id, upload.file_id, upload.id)
            return UploadStatus.COMPLETED if file.updated_at >= started else None
        try:
            self.catalog.abort(upload.owner_id, upload.file_id, upload.id, at=started)
        except (Conflict, NotFound):
            return None
        self.blobs.delete(upload.key)
        return UploadStatus.ABORTED


@dataclass(frozen=True, slots=True)
class PurgeTrash:
    """Delete for good what has been in the trash for its retention, and what an earlier purge left half done."""

    catalog: FileCatalog
    blobs: BlobStore
    index: SearchIndex
    clock: Clock

    def __call__(self) -> int:
        """Return how many files were purged. Raises `Unavailable`; a file is then whole, or purged and taken up again next time."""
        before = self.clock.now() - TRASH_RETENTION
        old = _each_once(lambda: self.catalog.discarded_files(trashed_before=before, limit=_BATCH))
        return sum(self._purge(file) for file in old)

    def _purge(self, file: File) -> int:
        """The row says `purged` before the bytes go, so no reader ever meets an available file without bytes. The index forgets the
        text before that, should the change that told of the trash be lost: without the row nobody would know of it."""
        if file.status is not FileStatus.PURGED:
            if not file.indexed:
                self.index.remove(file.owner_id, file.id, revision=file.revision)
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
class CheckBlobs:
    """Hold the blobs that are at least a day old against the catalogue: delete those that no open or completed upload accounts for, and
    bring the index up to files whose last change is as old and was lost."""

    catalog: FileCatalog
    blobs: BlobStore
    project_file_change: ProjectFileChange
    clock: Clock

    def __call__(self) -> tuple[int, int]:
        """Return how many blobs were deleted, and how many files indexed or removed from the index. Raises `Unavailable`."""
        before = self.clock.now() - GRACE
        deleted = indexed = 0
        for owner_id, keys in groupby(self.blobs.keys_stored_before(before), key=lambda key: key.owner_id):
            for batch in batched(keys, _BATCH):
                files = self._files_of(owner_id, batch)
                deleted += sum(self._delete_orphan(key) for key in batch if key not in files)
                indexed += sum(self._catch_up(file) for file in files.values() if file.updated_at < before)
        return deleted, indexed

    def _files_of(self, owner_id: UserId, keys: tuple[BlobKey, ...]) -> dict[BlobKey, File]:
        """The files whose bytes these are, by key: one read for many."""
        files = self.catalog.get_many(owner_id, tuple({key.file_id: None for key in keys}))
        return {file.blob: file for file in files.values() if file.status is not FileStatus.PENDING and file.blob in keys}

    def _delete_orphan(self, key: BlobKey) -> bool:
        try:
            upload, _ = self.catalog.get_upload(key.owner_id, key.file_id, key.upload_id)
        except NotFound:
            pass
        else:
            if upload.status is not UploadStatus.ABORTED and upload.key == key:
                return False
        self.blobs.delete(key)
        return True

    def _catch_up(self, file: File) -> bool:
        if file.indexed or file.status not in {FileStatus.AVAILABLE, FileStatus.TRASHED}:
            return False
        change = Change(kind=ChangeKind.FILE_CHANGED, owner_id=file.owner_id, file_id=file.id, revision=file.revision)
        with suppress(NotFound, Corrupt):  # nothing can be read of such bytes, and one file must not keep the others from their turn
            self.project_file_change(change)
            return True
        return False


@dataclass(frozen=True, slots=True)
class Sweep:
    """Everything that time makes due, in the order in which each leaves work to the next."""

    uploads: SweepUploads
    trash: PurgeTrash
    blobs: CheckBlobs

    def __call__(self, *, check_blobs: bool = True) -> Swept:
        """Return what was done. Raises `Unavailable`; the next sweep goes on.

        Blobs are checked by listing every one of them, which is worth a request for each only now and then: nothing that it
        mends is younger than a day.
        """
        taken_back, completed = self.uploads()
        files = self.trash()
        blobs, indexed = self.blobs() if check_blobs else (0, 0)
        return Swept(uploads=taken_back, files=files, blobs=blobs, completed=completed, indexed=indexed)
