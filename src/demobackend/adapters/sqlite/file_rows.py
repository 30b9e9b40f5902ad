"""Files, uploads and usage as rows, and back."""

import json
from functools import lru_cache
from typing import NamedTuple

from demobackend.adapters.sqlite.moments import from_ms, from_ms_if_any, to_ms, to_ms_if_any
from demobackend.adapters.sqlite.trust import trusted
from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File, FileStatus, Indexing
from demobackend.domain.model.ids import FileId, UploadId, UserId
from demobackend.domain.model.names import Description, FileName, MediaType, Sha256, Tags
from demobackend.domain.model.upload import Upload, UploadStatus

_READ_JSON = json.JSONDecoder().raw_decode  # `loads` takes three times as long for so little

# What stands in a row was checked when it was given, so it is not checked again each time it is read.
_file, _file_name, _sha256, _tags, _description = trusted(File), trusted(FileName), trusted(Sha256), trusted(Tags), trusted(Description)
_blob_key = trusted(BlobKey)
_STATUSES = {status.value: status for status in FileStatus}  # asking the enumeration takes ten times as long
_NO_TAGS = Tags()


class FileRow(NamedTuple):
    """The columns of `files` but for its own number."""

    id: FileId
    owner_id: UserId
    name: str
    size: int
    media_type: str
    sha256: str | None
    tags: str
    description: str | None
    status: str
    version: int
    revision: int
    blob: str
    created_at: int
    updated_at: int
    trashed_at: int | None
    indexed_revision: int
    text_status: str


class UploadRow(NamedTuple):
    """The columns of `uploads`."""

    id: str
    file_id: str
    owner_id: str
    version: int
    size: int
    media_type: str
    sha256: str | None
    status: str
    created_at: int
    expires_at: int


def file_to_row(file: File) -> FileRow:
    """Times are cut to milliseconds."""
    return FileRow(
        id=file.id,
        owner_id=file.owner_id,
        name=file.name.value,
        size=file.size,
        media_type=file.media_type.value,
        sha256=None if file.sha256 is None else file.sha256.value,
        tags=tags_to_json(file.tags.values),
        description=None if file.description is None else file.description.value,
        status=file.status.value,
        version=file.version,
        revision=file.revision,
        blob=file.blob.text,
        created_at=to_ms(file.created_at),
        updated_at=to_ms(file.updated_at),
        trashed_at=to_ms_if_any(file.trashed_at),
        indexed_revision=file.indexing.revision,
        text_status=file.indexing.text_status.value,
    )


@lru_cache(maxsize=2_048)  # the same rows are read again and again
def file_from_row(row: FileRow) -> File:
    """The inverse of `file_to_row`."""
    return _file(
        id=row.id,
        owner_id=row.owner_id,
        name=_file_name(row.name),
        size=row.size,
        media_type=_media_type(row.media_type),
        sha256=None if row.sha256 is None else _sha256(row.sha256),
        tags=_NO_TAGS if row.tags == "[]" else _tags(tags_from_json(row.tags)),
        description=None if row.description is None else _description(row.description),
        status=_STATUSES[row.status],
        version=row.version,
        revision=row.revision,
        blob=_blob_from_text(row.blob),
        created_at=from_ms(row.created_at),
        updated_at=from_ms(row.updated_at),
        trashed_at=from_ms_if_any(row.trashed_at),
        indexing=_indexing(row.indexed_revision, row.text_status),
    )


def upload_to_row(upload: Upload) -> UploadRow:
    """Times are cut to milliseconds."""
    return UploadRow(
        id=upload.id,
        file_id=upload.file_id,
        owner_id=upload.owner_id,
        version=upload.version,
        size=upload.size,
        media_type=upload.media_type.value,
        sha256=None if upload.sha256 is None else upload.sha256.value,
        status=upload.status.value,
        created_at=to_ms(upload.created_at),
        expires_at=to_ms(upload.expires_at),
    )


def upload_from_row(row: UploadRow) -> Upload:
    """The inverse of `upload_to_row`."""
    return Upload(
        id=UploadId(row.id),
        file_id=FileId(row.file_id),
        owner_id=UserId(row.owner_id),
        version=row.version,
        size=row.size,
        media_type=MediaType(row.media_type),
        sha256=None if row.sha256 is None else Sha256(row.sha256),
        status=UploadStatus(row.status),
        created_at=from_ms(row.created_at),
        expires_at=from_ms(row.expires_at),
    )


def tags_to_json(tags: tuple[str, ...]) -> str:
    """In the order given."""
    return json.dumps(tags, ensure_ascii=False) if tags else "[]"


def tags_from_json(text: str) -> tuple[str, ...]:
    """The inverse of `tags_to_json`."""
    return tuple(_READ_JSON(text)[0]) if text != "[]" else ()


# Many files share these: each is made once.
_media_type = lru_cache(maxsize=256)(MediaType)


def _blob_from_text(text: str) -> BlobKey:
    owner, file, version, upload = text.split("/")
    return _blob_key(UserId(owner), FileId(file), int(version), UploadId(upload))


@lru_cache(maxsize=256)
def _indexing(revision: int, text_status: str) -> Indexing:
    return Indexing(revision, TextStatus(text_status))
