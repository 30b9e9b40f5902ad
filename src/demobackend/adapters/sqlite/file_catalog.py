"""The file catalogue in SQLite."""

import json
from collections.abc import Iterator
from datetime import datetime

from demobackend.adapters.sqlite import file_changes
from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.file_listing import list_files
from demobackend.adapters.sqlite.file_rows import FileRow, UploadRow, file_from_row, upload_from_row
from demobackend.adapters.sqlite.moments import to_ms
from demobackend.adapters.sqlite.statements import changed, select
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File
from demobackend.domain.model.ids import ChangeId, FileId, UploadId, UserId
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.page import Page
from demobackend.domain.model.upload import Upload
from demobackend.domain.model.usage import Plan, Usage
from demobackend.ports.ids import Ids

# The plus keeps SQLite from walking all files of the owner: by itself it takes that index, and filters by id.
_GET_MANY = select(FileRow, "FROM files WHERE id IN (SELECT value FROM json_each(?)) AND +owner_id = ?")
_DISCARDED_AT = "coalesce(trashed_at, updated_at)"
_PURGED = select(FileRow, f"FROM files WHERE status = 'purged' ORDER BY {_DISCARDED_AT}, id LIMIT ?")
_TRASHED = select(FileRow, f"FROM files WHERE status = 'trashed' AND {_DISCARDED_AT} < ? ORDER BY {_DISCARDED_AT}, id LIMIT ?")
_OPEN_UPLOADS = select(UploadRow, "FROM uploads WHERE status = 'open' AND expires_at < ? ORDER BY expires_at, id LIMIT ?")
_NEXT_FILES = select(FileRow, "FROM files WHERE id > ? ORDER BY id LIMIT 100")
_MARK_INDEXED = "UPDATE files SET indexed_revision = ?1, text_status = ?2 WHERE id = ?3 AND owner_id = ?4 AND indexed_revision <= ?1"


class SqliteFileCatalog:
    """Rows of files and uploads with the usage they cause; a `FileCatalog`. Its change records are in `SqliteChangeFeed`."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    def begin(self, file: File, upload: Upload, plan: Plan) -> None:
        """Add a pending file with its open upload and reserve its size.

        Raises `AlreadyExists`, `FileTooLarge`, `QuotaExceeded`, `Unavailable`.
        """
        change_id = self._change_id()
        self._database.write(lambda connection: file_changes.begin(connection, change_id, file, upload, plan))

    def get(self, owner_id: UserId, file_id: FileId) -> File:
        """Return the owner's file in any status. Raises `NotFound`, `Unavailable`."""
        return self._database.read(lambda connection: file_changes.read_file(connection, owner_id, file_id))

    def get_many(self, owner_id: UserId, file_ids: tuple[FileId, ...]) -> dict[FileId, File]:
        """Return those that are the owner's. Raises `Unavailable`."""
        files = self._files(_GET_MANY, (json.dumps(file_ids), owner_id))
        return {file.id: file for file in files}

    def get_upload(self, owner_id: UserId, file_id: FileId, upload_id: UploadId) -> tuple[Upload, File | None]:
        """Return an upload and its file, None when that is gone. Raises `NotFound`, `Unavailable`."""
        return self._database.read(lambda connection: file_changes.read_upload_and_file(connection, owner_id, file_id, upload_id))

    def finish(self, file: File, upload_id: UploadId, *, expected: int) -> None:
        """Replace the file, complete its upload and turn the reservation into use.

        Raises `UploadCompleted`, `UploadAborted`, `VersionConflict`, `NotFound`, `Unavailable`.
        """
        change_id = self._change_id()
        self._database.write(lambda connection: file_changes.finish(connection, change_id, file, upload_id, expected=expected))

    def abort(self, owner_id: UserId, file_id: FileId, upload_id: UploadId, *, at: datetime) -> Upload:
        """Abort an open upload, remove its pending file, release the reservation. Raises `UploadCompleted`, `NotFound`, `Unavailable`."""
        change_id = self._change_id()
        return self._database.write(lambda connection: file_changes.abort(connection, change_id, owner_id, file_id, upload_id, at=at))

    def replace(self, file: File, *, expected: int) -> None:
        """Replace the file of revision `expected`; size and owner stay. Raises `VersionConflict`, `NotFound`, `Unavailable`."""
        change_id = self._change_id()
        self._database.write(lambda connection: file_changes.replace_file(connection, change_id, file, expected=expected))

    def remove(self, file: File) -> None:
        """Remove a purged file's row and its uploads' rows and free what it used. Raises `VersionConflict`, `Unavailable`."""
        change_id = self._change_id()
        self._database.write(lambda connection: file_changes.remove(connection, change_id, file))

    def list_files(self, owner_id: UserId, condition: FileFilter, order: FileOrder, *, limit: int, after: str | None) -> Page[File]:
        """Return up to `limit` of the owner's files from `after` on. Raises `Malformed`, `Unavailable`."""
        return self._database.read(lambda connection: list_files(connection, owner_id, condition, order, limit=limit, after=after))

    def every_file(self) -> Iterator[File]:
        """Yield the files of all owners in order of id, a batch at a time. Raises `Unavailable`."""
        last = ""
        while files := self._files(_NEXT_FILES, (last,)):
            yield from files
            last = files[-1].id

    def usage(self, owner_id: UserId) -> Usage:
        """Return what the owner's files take up. Raises `Unavailable`."""
        return self._database.read(lambda connection: file_changes.read_usage(connection, owner_id))

    def mark_indexed(self, owner_id: UserId, file_id: FileId, *, revision: int, text_status: TextStatus) -> None:
        """Note what the index holds, unless the file is gone or a later revision is noted. Raises `Unavailable`."""
        bindings = (revision, text_status.value, file_id, owner_id)
        self._database.write(lambda connection: changed(connection, _MARK_INDEXED, bindings))

    def open_uploads(self, *, expired_before: datetime, limit: int) -> tuple[Upload, ...]:
        """Return up to `limit` open uploads that expired before this moment, oldest first. Raises `Unavailable`."""
        bindings = (to_ms(expired_before), limit)
        rows = self._database.read(lambda connection: connection.execute(_OPEN_UPLOADS, bindings).fetchall())
        return tuple(upload_from_row(UploadRow._make(row)) for row in rows)

    def discarded_files(self, *, trashed_before: datetime, limit: int) -> tuple[File, ...]:
        """Return up to `limit` files: purged ones first, then those trashed before this moment, oldest first. Raises `Unavailable`."""
        purged = self._files(_PURGED, (limit,))
        return purged + self._files(_TRASHED, (to_ms(trashed_before), limit - len(purged)))

    def _files(self, sql: str, bindings: tuple[str | int, ...]) -> tuple[File, ...]:
        rows = self._database.read(lambda connection: connection.execute(sql, bindings).fetchall())
        return tuple(file_from_row(FileRow._make(row)) for row in rows)

    def _change_id(self) -> ChangeId:
        return ChangeId(self._ids.new())
