"""Wire models of files, uploads and usage."""

from typing import Annotated, Literal, TypedDict, cast

from pydantic import Field

from demobackend.api.models.wire import Body, Instant, PageQuery, QueryModel, Text, VersionNumber, instant
from demobackend.domain.model.blob import SignedRequest
from demobackend.domain.model.caller import FileRole
from demobackend.domain.model.disposition import Disposition
from demobackend.domain.model.errors import InvalidInput, Violation
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.names import Description, FileName, MediaType, Sha256, Tags
from demobackend.domain.model.upload import Upload
from demobackend.domain.model.usage import Plan, Usage
from demobackend.domain.use_cases.files.change_files import FileEdit
from demobackend.domain.use_cases.files.create_file import NewFile

type ShownStatus = Literal["pending", "available", "trashed", "quarantined"]
type ShownRole = Literal["viewer", "editor", "owner"]
MAX_SIZE = 2**53 - 1  # the largest integer that every JSON reader keeps exact


class CreateFileIn(Body):
    """A new file as its client declares it."""

    name: str
    size: Annotated[int, Field(ge=0, le=MAX_SIZE)]
    media_type: str = "application/octet-stream"
    sha256: str | None = None
    tags: list[str] = Field(default_factory=list)
    description: str | None = None

    def to_domain(self) -> NewFile:
        """Raises `InvalidInput`."""
        _refuse_nulls(self, "sha256", "description")
        return NewFile(
            name=FileName(self.name),
            size=self.size,
            media_type=MediaType(self.media_type),
            sha256=None if self.sha256 is None else Sha256(self.sha256),
            tags=Tags(tuple(self.tags)),
            description=None if self.description is None else Description(self.description),
        )


class UpdateFileIn(Body):
    """Facts to change; a description of null is cleared."""

    name: str | None = None
    tags: list[str] | None = None
    description: str | None = None

    def to_domain(self) -> FileEdit:
        """Raises `InvalidInput`, also for a name or tags of null."""
        _refuse_nulls(self, "name", "tags")
        return FileEdit(
            name=None if self.name is None else FileName(self.name),
            tags=None if self.tags is None else Tags(tuple(self.tags)),
            description=None if self.description is None else Description(self.description),
            clear_description="description" in self.model_fields_set and self.description is None,
        )


def _refuse_nulls(body: Body, *names: str) -> None:
    """A field that was given as null where only its absence means something."""
    nulls = [name for name in names if name in body.model_fields_set and getattr(body, name) is None]
    if nulls:
        raise InvalidInput(*(Violation(f"/{name}", "null_not_allowed", "This field may not be null.") for name in nulls))


class PartIn(Body):
    """One uploaded part."""

    number: Annotated[int, Field(ge=1, le=10_000)]
    etag: str


class CompleteUploadIn(Body):
    """Nothing for a single upload; `parts` are for uploads of several parts."""

    parts: list[PartIn] = Field(default_factory=list)


class FileOut(TypedDict):
    """A file's facts. `searchable` turns true once the index holds the file as it is."""

    id: str
    name: str
    size: int
    media_type: str
    sha256: str | None
    status: ShownStatus
    version: int
    tags: list[str]
    description: str | None
    owner_id: str
    created_at: Instant
    updated_at: Instant
    role: ShownRole
    searchable: bool
    text_status: Literal["pending", "indexed", "partial", "none", "unreadable"]


def file_out(file: File, role: FileRole = FileRole.OWNER) -> FileOut:
    """The file as its caller sees it."""
    return {
        "id": file.id,
        "name": file.name.value,
        "size": file.size,
        "media_type": file.media_type.value,
        "sha256": file.sha256.value if file.sha256 else None,
        "status": cast(ShownStatus, file.status.value),
        "version": file.version,
        "tags": list(file.tags.values),
        "description": file.description.value if file.description else None,
        "owner_id": file.owner_id,
        "created_at": instant(file.created_at),
        "updated_at": instant(file.updated_at),
        "role": cast(ShownRole, role.label),
        "searchable": file.searchable,
        "text_status": file.indexing.text_status.value,
    }


class UploadOut(TypedDict):
    """How to bring the bytes: make this request with these headers and a Content-Length of the file's size."""

    id: str
    kind: Literal["single"]
    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_at: Instant


def upload_out(upload: Upload, signed: SignedRequest) -> UploadOut:
    """The upload with its signed request."""
    return {
        "id": upload.id,
        "kind": "single",
        "method": "PUT",
        "url": signed.url,
        "headers": dict(signed.headers),
        "expires_at": instant(signed.expires_at),
    }


class CreatedFileOut(TypedDict):
    """A pending file and its upload."""

    file: FileOut
    upload: UploadOut


class ListFilesQuery(PageQuery):
    """Which files, in which order."""

    name_prefix: Text | None = None
    tag: Text | None = None
    status: ShownStatus | None = None
    order: Literal["-created_at", "created_at", "name"] = "-created_at"

    def condition(self) -> FileFilter:
        """The filter."""
        status = None if self.status is None else FileStatus(self.status)
        return FileFilter(name_prefix=self.name_prefix, tag=self.tag, status=status)

    def file_order(self) -> FileOrder:
        """The order."""
        return FileOrder(self.order)


class FilePageOut(TypedDict):
    """A page of files."""

    items: list[FileOut]
    next_cursor: str | None


class LinkQuery(QueryModel):
    """Which version, and whether to show or to save it."""

    version: VersionNumber | None = None
    disposition: Literal["attachment", "inline"] = "attachment"

    def wanted(self) -> Disposition:
        """The disposition asked for."""
        return Disposition(self.disposition)


class LinkOut(TypedDict):
    """A download's address, and until when it works."""

    url: str
    expires_at: Instant


class AmountOut(TypedDict):
    """Used: available and trashed; reserved: pending."""

    used: int
    reserved: int
    allowed: int


class UsageOut(TypedDict):
    """Bytes and files."""

    bytes: AmountOut
    files: AmountOut


def usage_out(usage: Usage, plan: Plan) -> UsageOut:
    """Usage beside what the plan allows."""
    return {
        "bytes": {"used": usage.bytes_used, "reserved": usage.bytes_reserved, "allowed": plan.max_bytes},
        "files": {"used": usage.files_used, "reserved": usage.files_reserved, "allowed": plan.max_files},
    }
