"""An upload: the promise of one version's bytes, and whether they came."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from demobackend.domain.model.blob import BlobFacts, BlobKey
from demobackend.domain.model.errors import ChecksumMismatch, SizeMismatch
from demobackend.domain.model.ids import FileId, UploadId, UserId
from demobackend.domain.model.names import MediaType, Sha256


class UploadStatus(StrEnum):
    """Where an upload stands; the last two are final."""

    OPEN = "open"
    COMPLETED = "completed"
    ABORTED = "aborted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What was declared: size in bytes, media type and, if the client knew it, the SHA-256. It expires at `expires_at`."""

    id: UploadId
    file_id: FileId
    owner_id: UserId
    version: int
    size: int
    media_type: MediaType
    sha256: Sha256 | None
    status: UploadStatus
    created_at: datetime
    expires_at: datetime

    @property
    def key(self) -> BlobKey:
        """Where the bytes go."""
        return BlobKey(self.owner_id, self.file_id, self.version, self.id)

    def verify(self, stored: BlobFacts) -> None:
        """Hold the stored bytes against the declaration. Raises `SizeMismatch` or `ChecksumMismatch`."""
        if stored.size != self.size:
            raise SizeMismatch
        if self.sha256 is not None and stored.sha256 is not None and stored.sha256 != self.sha256:
            raise ChecksumMismatch
