"""Abort an upload: the promise is taken back and its room is free again."""

from dataclasses import dataclass

from demobackend.domain.model.caller import Caller
from demobackend.domain.model.ids import FileId, UploadId
from demobackend.ports.blob_store import BlobStore
from demobackend.ports.clock import Clock
from demobackend.ports.file_catalog import FileCatalog


@dataclass(frozen=True, slots=True)
class AbortUpload:
    """Take an open upload back. The row goes first: bytes left by a crash in between have no row and the sweep removes them."""

    catalog: FileCatalog
    blobs: BlobStore
    clock: Clock

    def __call__(self, caller: Caller, file_id: FileId, upload_id: UploadId) -> None:
        """Doing it again changes nothing. Raises `NotFound`, `UploadCompleted`, `Unavailable`."""
        aborted = self.catalog.abort(caller.user_id, file_id, upload_id, at=self.clock.now())
        self.blobs.delete(aborted.key)
