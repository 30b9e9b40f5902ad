"""The changes of the file catalogue. Each function is one transaction's work: it raises, or leaves every table in agreement."""

from dataclasses import replace
from datetime import datetime

import apsw

from demobackend.adapters.sqlite.change_feed import insert_change
from demobackend.adapters.sqlite.file_rows import FileRow, UploadRow, file_from_row, file_to_row, upload_from_row, upload_to_row
from demobackend.adapters.sqlite.moments import to_ms
from demobackend.adapters.sqlite.statements import insert, select
from demobackend.domain.model.change import Change, ChangeKind
from demobackend.domain.model.errors import AlreadyExists, NotFound, UploadAborted, UploadCompleted, VersionConflict
from demobackend.domain.model.file import File
from demobackend.domain.model.ids import ChangeId, FileId, UploadId, UserId
from demobackend.domain.model.upload import Upload, UploadStatus
from demobackend.domain.model.usage import Plan, Usage

_TAKEN = "SELECT 1 FROM files WHERE id = ? UNION ALL SELECT 1 FROM uploads WHERE id = ?"
_GET_FILE = select(FileRow, "FROM files WHERE id = ? AND owner_id = ?")
_INSERT_FILE = insert("files", FileRow)
_UPDATE_FILE = """
    UPDATE files SET name = :name, media_type = :media_type, sha256 = :sha256, tags = :tags, description = :description, status = :status,
        version = :version, revision = :revision, blob = :blob, updated_at = :updated_at, trashed_at = :trashed_at
    WHERE id = :id"""
_DELETE_FILE = "DELETE FROM files WHERE id = ?"
_INSERT_TAG = "INSERT INTO file_tags (owner_id, tag, created_at, id) VALUES (?, ?, ?, ?)"
_DELETE_TAGS = "DELETE FROM file_tags WHERE id = ?"
_GET_UPLOAD = select(UploadRow, "FROM uploads WHERE id = ? AND file_id = ? AND owner_id = ?")
_INSERT_UPLOAD = insert("uploads", UploadRow)
_END_UPLOAD = "UPDATE uploads SET status = ? WHERE id = ?"
_DELETE_UPLOADS = "DELETE FROM uploads WHERE file_id = ?"
_GET_USAGE = "SELECT bytes_used, bytes_reserved, files_used, files_reserved FROM usage WHERE owner_id = ?"
_SET_USAGE = "REPLACE INTO usage (owner_id, bytes_used, bytes_reserved, files_used, files_reserved) VALUES (?, ?, ?, ?, ?)"


def read_file(connection: apsw.Connection, owner_id: UserId, file_id: FileId) -> File:
    """Raises `NotFound`."""
    row = connection.execute(_GET_FILE, (file_id, owner_id)).fetchone()
    if row is None:
        raise NotFound
    return file_from_row(FileRow._make(row))


def read_upload(connection: apsw.Connection, owner_id: UserId, file_id: FileId, upload_id: UploadId) -> Upload:
    """Raises `NotFound`."""
    row = connection.execute(_GET_UPLOAD, (upload_id, file_id, owner_id)).fetchone()
    if row is None:
        raise NotFound
    return upload_from_row(UploadRow._make(row))


def read_upload_and_file(connection: apsw.Connection, owner_id: UserId, file_id: FileId, upload_id: UploadId) -> tuple[Upload, File | None]:
    """Raises `NotFound`."""
    upload = read_upload(connection, owner_id, file_id, upload_id)
    try:
        return upload, read_file(connection, owner_id, file_id)
    except NotFound:
        return upload, None


def read_usage(connection: apsw.Connection, owner_id: UserId) -> Usage:
    """Zeros for an unknown owner."""
    row = connection.execute(_GET_USAGE, (owner_id,)).fetchone()
    if row is None:
        return Usage()
    bytes_used, bytes_reserved, files_used, files_reserved = row
    return Usage(bytes_used=bytes_used, bytes_reserved=bytes_reserved, files_used=files_used, files_reserved=files_reserved)


def begin(connection: apsw.Connection, change_id: ChangeId, file: File, upload: Upload, plan: Plan) -> None:
    """Raises `AlreadyExists`, `FileTooLarge`, `QuotaExceeded`."""
    if connection.execute(_TAKEN, (file.id, upload.id)).fetchone() is not None:
        raise AlreadyExists
    _set_usage(connection, file.owner_id, read_usage(connection, file.owner_id).reserve(file.size, plan))
    connection.execute(_INSERT_FILE, file_to_row(file))
    _insert_tags(connection, file)
    connection.execute(_INSERT_UPLOAD, upload_to_row(upload))
    _announce(connection, change_id, file, revision=file.revision, at=file.updated_at)


def finish(connection: apsw.Connection, change_id: ChangeId, file: File, upload_id: UploadId, *, expected: int) -> None:
    """Raises `UploadCompleted`, `UploadAborted`, `VersionConflict`, `NotFound`."""
    upload = read_upload(connection, file.owner_id, file.id, upload_id)
    if upload.status is UploadStatus.COMPLETED:
        raise UploadCompleted
    if upload.status is UploadStatus.ABORTED:
        raise UploadAborted
    held = _put(connection, file, expected)
    connection.execute(_END_UPLOAD, (UploadStatus.COMPLETED.value, upload_id))
    _set_usage(connection, held.owner_id, read_usage(connection, held.owner_id).settle(held.size))
    _announce(connection, change_id, file, revision=file.revision, at=file.updated_at)


def abort(
    connection: apsw.Connection, change_id: ChangeId, owner_id: UserId, file_id: FileId, upload_id: UploadId, *, at: datetime
) -> Upload:
    """Raises `UploadCompleted`, `NotFound`."""
    upload = read_upload(connection, owner_id, file_id, upload_id)
    if upload.status is UploadStatus.COMPLETED:
        raise UploadCompleted
    if upload.status is UploadStatus.ABORTED:
        return upload
    held = read_file(connection, owner_id, file_id)
    connection.execute(_END_UPLOAD, (UploadStatus.ABORTED.value, upload_id))
    connection.execute(_DELETE_FILE, (file_id,))
    _set_usage(connection, owner_id, read_usage(connection, owner_id).release(held.size))
    _announce(connection, change_id, held, revision=held.revision + 1, at=at)
    return replace(upload, status=UploadStatus.ABORTED)


def replace_file(connection: apsw.Connection, change_id: ChangeId, file: File, *, expected: int) -> None:
    """Raises `VersionConflict`, `NotFound`."""
    _put(connection, file, expected)
    _announce(connection, change_id, file, revision=file.revision, at=file.updated_at)


def remove(connection: apsw.Connection, change_id: ChangeId, file: File) -> None:
    """Raises `VersionConflict`."""
    try:
        held = read_file(connection, file.owner_id, file.id)
    except NotFound:
        return
    if held.revision != file.revision:
        raise VersionConflict
    connection.execute(_DELETE_FILE, (held.id,))
    connection.execute(_DELETE_UPLOADS, (held.id,))
    _set_usage(connection, held.owner_id, read_usage(connection, held.owner_id).free(held.size))
    _announce(connection, change_id, held, revision=held.revision + 1, at=held.updated_at)


def _put(connection: apsw.Connection, file: File, expected: int) -> File:
    """Put the file in place of the one of revision `expected`, and return that one. Raises `VersionConflict`, `NotFound`."""
    held = read_file(connection, file.owner_id, file.id)
    if held.revision != expected:
        raise VersionConflict
    connection.execute(_UPDATE_FILE, file_to_row(file)._asdict())
    if file.tags != held.tags:
        connection.execute(_DELETE_TAGS, (held.id,))
        _insert_tags(connection, replace(file, created_at=held.created_at))
    return held


def _insert_tags(connection: apsw.Connection, file: File) -> None:
    created_at = to_ms(file.created_at)
    connection.executemany(_INSERT_TAG, [(file.owner_id, tag, created_at, file.id) for tag in file.tags.values])


def _set_usage(connection: apsw.Connection, owner_id: UserId, usage: Usage) -> None:
    bindings = (owner_id, usage.bytes_used, usage.bytes_reserved, usage.files_used, usage.files_reserved)
    connection.execute(_SET_USAGE, bindings)


def _announce(connection: apsw.Connection, change_id: ChangeId, file: File, *, revision: int, at: datetime) -> None:
    change = Change(kind=ChangeKind.FILE_CHANGED, owner_id=file.owner_id, file_id=file.id, revision=revision)
    insert_change(connection, change_id, change, due=at)
