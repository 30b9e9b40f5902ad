"""Create a file: promise its bytes a place and tell the client how to bring them."""

from dataclasses import dataclass
from datetime import timedelta

from demobackend.domain.model.blob import SignedRequest
from demobackend.domain.model.caller import Caller
from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.ids import FileId, UploadId
from demobackend.domain.model.names import Description, FileName, MediaType, Sha256, Tags
from demobackend.domain.model.upload import Upload, UploadStatus
from demobackend.domain.model.usage import Plan
from demobackend.ports.blob_store import BlobStore
from demobackend.ports.clock import Clock
from demobackend.ports.file_catalog import FileCatalog
from demobackend.ports.ids import Ids

UPLOAD_LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """What a client declares of a file: `size` in bytes, and the SHA-256 if it knows it. Raises `InvalidInput`."""

    name: FileName
    size: int
    media_type: MediaType = MediaType()
    sha256: Sha256 | None = None
    tags: Tags = Tags()
    description: Description | None = None

    def __post_init__(self) -> None:
        if self.size < 0:
            raise InvalidInput.at("/size", "invalid_size", "A size is not negative.")


@dataclass(frozen=True, slots=True)
class CreateFile:
    """Reserve room and hand out a signed upload. The row comes first, so bytes without a row can only be left by a crash
    that the sweep mends; signing needs no call to the store."""

    catalog: FileCatalog
    blobs: BlobStore
    ids: Ids
    clock: Clock
    plan: Plan

    def __call__(self, caller: Caller, new: NewFile) -> tuple[File, Upload, SignedRequest]:
        """Return the pending file, its upload, and the request that brings the bytes.

        Raises `FileTooLarge`, `QuotaExceeded`, `Unavailable`.
        """
        file, upload = self._promise(caller, new)
        self.catalog.begin(file, upload, self.plan)
        signed = self.blobs.sign_upload(upload.key, size=upload.size, media_type=upload.media_type, sha256=upload.sha256, life=UPLOAD_LIFE)
        return file, upload, signed

    def _promise(self, caller: Caller, new: NewFile) -> tuple[File, Upload]:
        now = self.clock.now()
        upload = Upload(
            id=UploadId(self.ids.new()),
            file_id=FileId(self.ids.new()),
            owner_id=caller.user_id,
            version=1,
            size=new.size,
            media_type=new.media_type,
            sha256=new.sha256,
            status=UploadStatus.OPEN,
            created_at=now,
            expires_at=now + UPLOAD_LIFE,
        )
        file = File(
            id=upload.file_id,
            owner_id=caller.user_id,
            name=new.name,
            size=new.size,
            media_type=new.media_type,
            sha256=new.sha256,
            tags=new.tags,
            description=new.description,
            status=FileStatus.PENDING,
            version=upload.version,
            revision=1,
            blob=upload.key,
            created_at=now,
            updated_at=now,
        )
        return file, upload
