"""Wire models of files, uploads and usage."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from demobackend.api.models.rules import TEXT, TEXTS, rule
from demobackend.api.models.wire import Body, Instant, PageQuery, QueryModel, Text, VersionNumber, instant
from demobackend.domain.model.blob import SignedRequest
from demobackend.domain.model.caller import FileRole
from demobackend.domain.model.disposition import Disposition
from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.names import (
    MAX_DESCRIPTION_CHARACTERS,
    MAX_MEDIA_TYPE_CHARACTERS,
    MAX_NAME_BYTES,
    MAX_TAG_CHARACTERS,
    MAX_TAGS,
    SHA256_PATTERN,
    Description,
    FileName,
    MediaType,
    Sha256,
    Tags,
)
from demobackend.domain.model.upload import Upload
from demobackend.domain.model.usage import Plan, Usage
from demobackend.domain.use_cases.files.change_files import FileEdit
from demobackend.domain.use_cases.files.create_file import NewFile

type ShownStatus = Literal["pending", "available", "trashed", "quarantined"]
type ShownRole = Literal["viewer", "editor", "owner"]
ShownTextStatus = Literal["pending", "indexed", "partial", "none", "unreadable"]  # without `type`, OpenAPI has it where it is used
# Tables, since asking an enumeration's member for its value takes six times as long, and a page asks for 150 of them.
_STATUSES: Mapping[FileStatus, ShownStatus] = {
    FileStatus.PENDING: "pending",
    FileStatus.AVAILABLE: "available",
    FileStatus.TRASHED: "trashed",
    FileStatus.QUARANTINED: "quarantined",
}
_ROLES: Mapping[FileRole, ShownRole] = {FileRole.VIEWER: "viewer", FileRole.EDITOR: "editor", FileRole.OWNER: "owner"}
_TEXT_STATUSES: Mapping[TextStatus, ShownTextStatus] = {status: status.value for status in TextStatus}
MAX_SIZE = 2**53 - 1  # the largest integer that every JSON reader keeps exact


_PLAIN = "no control or bidi characters, no / or \\, and neither . nor .. alone"
_NAME = rule(
    FileName, TEXT, minLength=1, maxLength=MAX_NAME_BYTES, description=f"1 to {MAX_NAME_BYTES} bytes of UTF-8, counted in NFC; {_PLAIN}."
)


def _tags(values: list[str]) -> Tags:
    return Tags(tuple(values))


_TAGS = rule(
    _tags,
    TEXTS,
    items={"type": "string", "minLength": 1, "maxLength": MAX_TAG_CHARACTERS},
    maxItems=MAX_TAGS,
    description=f"At most {MAX_TAGS}, each of 1 to {MAX_TAG_CHARACTERS} characters, counted in NFC; {_PLAIN}.",
)
_MEDIA_TYPE = rule(
    MediaType,
    TEXT,
    maxLength=MAX_MEDIA_TYPE_CHARACTERS,
    default=MediaType().value,
    description="Type and subtype with optional parameters (RFC 6838).",
)
_SHA256 = rule(Sha256, TEXT, pattern=f"^{SHA256_PATTERN}$", description="64 lower-case hex digits.")
_DESCRIPTION = rule(Description, TEXT, maxLength=MAX_DESCRIPTION_CHARACTERS, description="Counted in NFC; no NUL.")


# A mark on `X | None` makes null unacceptable: None stands for a field that was not given. `Annotated[X, mark] | None` takes null.
class CreateFileIn(Body):
    """A new file as its client declares it."""

    name: Annotated[FileName, _NAME]
    size: Annotated[int, Field(ge=0, le=MAX_SIZE)]
    media_type: Annotated[MediaType, _MEDIA_TYPE] = Field(default_factory=MediaType)
    sha256: Annotated[Sha256 | None, _SHA256] = None
    tags: Annotated[Tags, _TAGS] = Field(default_factory=Tags)
    description: Annotated[Description | None, _DESCRIPTION] = None

    def to_domain(self) -> NewFile:
        """The declaration."""
        return NewFile(
            name=self.name,
            size=self.size,
            media_type=self.media_type,
            sha256=self.sha256,
            tags=self.tags,
            description=self.description,
        )


class UpdateFileIn(Body):
    """Facts to change; a description of null is cleared."""

    name: Annotated[FileName | None, _NAME] = None
    tags: Annotated[Tags | None, _TAGS] = None
    description: Annotated[Description, _DESCRIPTION] | None = None

    def to_domain(self) -> FileEdit:
        """The edit."""
        return FileEdit(
            name=self.name,
            tags=self.tags,
            description=self.description,
            clear_description="description" in self.model_fields_set and self.description is None,
        )


class PartIn(Body):
    """One uploaded part."""

    number: Annotated[int, Field(ge=1, le=10_000)]
    etag: str


def _no_parts(parts: list[PartIn]) -> list[PartIn]:
    """Every upload is a single one (docs/decisions/0009): parts would be taken and mean nothing."""
    if parts:
        raise InvalidInput.at("/parts", "parts_not_expected", "A single upload has no parts.")
    return parts


class CompleteUploadIn(Body):
    """Nothing for a single upload."""

    parts: Annotated[list[PartIn], rule(_no_parts, maxItems=0, description="Of an upload in parts. There are none yet.")] = Field(
        default_factory=list
    )


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
    text_status: ShownTextStatus


def file_out(file: File, role: FileRole = FileRole.OWNER) -> FileOut:
    """The file as its caller sees it."""
    return {
        "id": file.id,
        "name": file.name.value,
        "size": file.size,
        "media_type": file.media_type.value,
        "sha256": file.sha256.value if file.sha256 else None,
        "status": _STATUSES[file.status],
        "version": file.version,
        "tags": list(file.tags.values),
        "description": file.description.value if file.description else None,
        "owner_id": file.owner_id,
        "created_at": instant(file.created_at),
        "updated_at": instant(file.updated_at),
        "role": _ROLES[role],
        "searchable": file.searchable,
        "text_status": _TEXT_STATUSES[file.indexing.text_status],
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
