"""Complete an upload: believe that the bytes are there only after looking."""

from contextlib import suppress
from dataclasses import dataclass

from demobackend.domain.model.caller import Caller, role_on
from demobackend.domain.model.errors import (
    BytesMissing,
    NotAvailable,
    NotFound,
    Unavailable,
    UploadAborted,
    UploadCompleted,
    VersionConflict,
)
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.ids import FileId, UploadId, UserId
from demobackend.domain.model.upload import Upload, UploadStatus
from demobackend.ports.blob_store import BlobStore
from demobackend.ports.clock import Clock
from demobackend.ports.file_catalog import FileCatalog

_ROUNDS = 5
_OVERTAKEN = (VersionConflict, UploadCompleted, NotAvailable, NotFound)


@dataclass(frozen=True, slots=True)
class CompleteUpload:
    """Make a file available once its bytes are stored and are the declared ones. Doing it again changes nothing."""

    catalog: FileCatalog
    blobs: BlobStore
    clock: Clock

    def __call__(self, caller: Caller, file_id: FileId, upload_id: UploadId) -> File:
        """Return the available file.

        Raises `NotFound`, `UploadAborted`, `BytesMissing`, `SizeMismatch`, `ChecksumMismatch`, `Unavailable`.
        """
        file = self.reconcile(caller.user_id, file_id, upload_id)
        role_on(caller, file)
        return file

    def reconcile(self, owner_id: UserId, file_id: FileId, upload_id: UploadId) -> File:
        """The same for an event that names the upload; its owner is part of the key it came with."""
        for _ in range(_ROUNDS):
            upload, file = self.catalog.get_upload(owner_id, file_id, upload_id)
            if upload.status is UploadStatus.ABORTED:
                raise UploadAborted
            if file is None:
                continue  # aborted, or purged, while both were read: look again
            if upload.status is UploadStatus.OPEN:
                with suppress(*_OVERTAKEN):  # renamed, completed or aborted since it was read: look again
                    return self._finish(file, upload)
            elif file.status is not FileStatus.PENDING:  # it was, where both were read while it was completed: look again
                return file
        raise Unavailable

    def _finish(self, file: File, upload: Upload) -> File:
        try:
            stored = self.blobs.head(upload.key)
        except NotFound:
            raise BytesMissing from None
        upload.verify(stored)
        available = file.arrived(sha256=stored.sha256 or upload.sha256, at=self.clock.now())
        self.catalog.finish(available, upload.id, expected=file.revision)
        return available
