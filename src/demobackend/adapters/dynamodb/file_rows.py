"""Files and uploads as rows, and back."""

from functools import lru_cache

from demobackend.adapters.dynamodb.attributes import Row, Value, after, if_any, number, present, text, texts, word
from demobackend.adapters.dynamodb.digests import checked, sealed
from demobackend.adapters.dynamodb.moments import moment, to_ms, to_ms_if_any
from demobackend.adapters.dynamodb.schema import Key
from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.errors import Corrupt, NotFound
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File, FileStatus, Indexing
from demobackend.domain.model.ids import FileId, UploadId, UserId
from demobackend.domain.model.names import Description, FileName, MediaType, Sha256, Tags
from demobackend.domain.model.upload import Upload, UploadStatus

INDEXING = frozenset({"indexed_revision", "text_status"})
"""What `mark_indexed` changes by itself, without the rest of the row at hand."""
OPTIONAL = frozenset({"sha256", "description", "trashed_at", "due_shard", "due_at"})
"""What a file's row may lack."""
ENDING = frozenset({"status", "due_shard", "due_at", "ttl"})
"""What the end of an upload changes, without the rest of the row at hand."""
FILE_PREFIX = "F#"
_OWNER_PREFIX = "U#"
_UPLOAD_PREFIX = "P#"
_SHARDS = 4
_AFTER_A_NAME = "\0"  # below everything that a name may hold, so that equal names stand together and in order of id


def owner_partition(owner_id: UserId) -> str:
    """Where an owner's files and usage lie."""
    return f"{_OWNER_PREFIX}{owner_id}"


def file_key(owner_id: UserId, file_id: FileId) -> Key:
    """Where a file lies."""
    return Key(owner_partition(owner_id), f"{FILE_PREFIX}{file_id}")


def upload_key(file_id: FileId, upload_id: UploadId) -> Key:
    """Where an upload lies."""
    return Key(f"{FILE_PREFIX}{file_id}", f"{_UPLOAD_PREFIX}{upload_id}")


def uploads_of(file_id: FileId) -> tuple[str, str]:
    """The partition of a file's uploads, and what their sort keys begin with."""
    return f"{FILE_PREFIX}{file_id}", _UPLOAD_PREFIX


def name_key(name: str, file_id: str) -> str:
    """Sorts by name in code point order, which is the order of UTF-8 bytes, then by id. At most 292 bytes; an index takes 1,024."""
    return f"{name}{_AFTER_A_NAME}{file_id}"


def name_in(key: str) -> str:
    """The name that `name_key` was given."""
    return key.partition(_AFTER_A_NAME)[0]


def due_shards(what: FileStatus | UploadStatus) -> tuple[str, ...]:
    """All shards of one kind of row that a sweep looks for."""
    return tuple(f"{what.value}#{number}" for number in range(_SHARDS))


def file_to_row(file: File) -> Row:
    """Times are cut to milliseconds."""
    key = file_key(file.owner_id, file.id)
    facts: dict[str, Value | None] = {
        "PK": key.pk,
        "SK": key.sk,
        "name": file.name.value,
        "name_key": name_key(file.name.value, file.id),
        "size": file.size,
        "media_type": file.media_type.value,
        "sha256": None if file.sha256 is None else file.sha256.value,
        "tags": file.tags.values,
        "description": None if file.description is None else file.description.value,
        "status": file.status.value,
        "version": file.version,
        "revision": file.revision,
        "blob": file.blob.text,
        "created_at": to_ms(file.created_at),
        "updated_at": to_ms(file.updated_at),
        "trashed_at": to_ms_if_any(file.trashed_at),
        "indexed_revision": file.indexing.revision,
        "text_status": file.indexing.text_status.value,
    }
    if file.status in {FileStatus.TRASHED, FileStatus.PURGED}:
        facts["due_shard"] = _shard(file.status, file.id)
        facts["due_at"] = to_ms(file.trashed_at or file.updated_at)
    return sealed(present(facts), uncovered=INDEXING)


def file_from_row(row: Row) -> File:
    """The inverse of `file_to_row`. Raises `Corrupt`."""
    row = checked(row, uncovered=INDEXING)
    return File(
        id=FileId(after(row, "SK", FILE_PREFIX)),
        owner_id=UserId(after(row, "PK", _OWNER_PREFIX)),
        name=FileName(text(row, "name")),
        size=number(row, "size"),
        media_type=_media_type(text(row, "media_type")),
        sha256=_sha256(row),
        tags=Tags(texts(row, "tags")),
        description=None if "description" not in row else Description(text(row, "description")),
        status=word(row, "status", FileStatus),
        version=number(row, "version"),
        revision=number(row, "revision"),
        blob=_blob(row),
        created_at=moment(row, "created_at"),
        updated_at=moment(row, "updated_at"),
        trashed_at=if_any(row, "trashed_at", moment),
        indexing=Indexing(number(row, "indexed_revision"), word(row, "text_status", TextStatus)),
    )


def upload_to_row(upload: Upload) -> Row:
    """Times are cut to milliseconds."""
    key = upload_key(upload.file_id, upload.id)
    facts: dict[str, Value | None] = {
        "PK": key.pk,
        "SK": key.sk,
        "owner_id": upload.owner_id,
        "version": upload.version,
        "size": upload.size,
        "media_type": upload.media_type.value,
        "sha256": None if upload.sha256 is None else upload.sha256.value,
        "status": upload.status.value,
        "created_at": to_ms(upload.created_at),
        "expires_at": to_ms(upload.expires_at),
    }
    if upload.status is UploadStatus.OPEN:
        facts["due_shard"] = _shard(upload.status, upload.id)
        facts["due_at"] = to_ms(upload.expires_at)
    return sealed(present(facts), uncovered=ENDING)


def upload_from_row(row: Row) -> Upload:
    """The inverse of `upload_to_row`. Raises `Corrupt`."""
    row = checked(row, uncovered=ENDING)
    return Upload(
        id=UploadId(after(row, "SK", _UPLOAD_PREFIX)),
        file_id=FileId(after(row, "PK", FILE_PREFIX)),
        owner_id=UserId(text(row, "owner_id")),
        version=number(row, "version"),
        size=number(row, "size"),
        media_type=_media_type(text(row, "media_type")),
        sha256=_sha256(row),
        status=word(row, "status", UploadStatus),
        created_at=moment(row, "created_at"),
        expires_at=moment(row, "expires_at"),
    )


def own_upload(row: Row | None, owner_id: UserId) -> Upload:
    """The upload in a row that may be none, or another owner's: then raises `NotFound`. Raises `Corrupt`."""
    upload = None if row is None else upload_from_row(row)
    if upload is None or upload.owner_id != owner_id:
        raise NotFound
    return upload


_media_type = lru_cache(maxsize=256)(MediaType)  # many files share one: each is made and checked once


def _shard(what: FileStatus | UploadStatus, identifier: str) -> str:
    return due_shards(what)[int(identifier[-1], 16) % _SHARDS]  # the last digits of an id are random


def _sha256(row: Row) -> Sha256 | None:
    return Sha256(text(row, "sha256")) if "sha256" in row else None


def _blob(row: Row) -> BlobKey:
    try:
        return BlobKey.parse(text(row, "blob"))
    except NotFound:
        raise Corrupt from None
