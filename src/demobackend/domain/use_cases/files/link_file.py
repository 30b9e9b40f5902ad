"""Hand out a short-lived link to a file's bytes."""

from dataclasses import dataclass
from datetime import timedelta

from demobackend.domain.model.blob import SignedRequest
from demobackend.domain.model.caller import Caller
from demobackend.domain.model.disposition import Disposition, allowed_disposition
from demobackend.domain.model.errors import NotAvailable, NotFound
from demobackend.domain.model.file import FileStatus
from demobackend.domain.model.ids import FileId
from demobackend.domain.use_cases.files.read_files import file_for
from demobackend.ports.blob_store import BlobStore
from demobackend.ports.file_catalog import FileCatalog

LINK_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class LinkFile:
    """Sign a download. It is signed after the caller was allowed, for one key and method, and dies by itself."""

    catalog: FileCatalog
    blobs: BlobStore

    def __call__(self, caller: Caller, file_id: FileId, disposition: Disposition, *, version: int | None = None) -> SignedRequest:
        """Return a GET for the bytes; active content is never inline. Raises `NotFound`, `NotAvailable`, `Unavailable`."""
        file, _ = file_for(self.catalog, caller, file_id)
        if version is not None and version != file.version:
            raise NotFound
        if file.status is not FileStatus.AVAILABLE:
            raise NotAvailable
        allowed = allowed_disposition(disposition, file.media_type.essence)
        return self.blobs.sign_download(file.blob, name=file.name, media_type=file.media_type, disposition=allowed, life=LINK_LIFE)
