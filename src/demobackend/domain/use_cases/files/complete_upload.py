"""Complete an upload: believe that the bytes are there only after looking."""

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
from demobackend.domain.model.file import File
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
            upload = self.catalog.get_upload(owner_id, file_id, upload_id)
            if upload.status is UploadStatus.ABORTED:
                raise UploadAborted
            try:
                file = self.catalog.get(owner_id, file_id)
                return file if upload.status is UploadStatus.COMPLETED else self._finish(file, upload)
            except _OVERTAKEN:
                continue  # renamed, completed or aborted since the upload was read: look again
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
