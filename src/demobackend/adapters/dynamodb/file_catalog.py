"""The file catalogue in Amazon DynamoDB."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from demobackend.adapters.dynamodb import file_changes
from demobackend.adapters.dynamodb.actions import Condition, Question, key_of
from demobackend.adapters.dynamodb.attributes import Row
from demobackend.adapters.dynamodb.due import due_files, due_uploads
from demobackend.adapters.dynamodb.file_listing import list_files
from demobackend.adapters.dynamodb.file_rows import file_from_row, file_key, own_upload, upload_key, uploads_of
from demobackend.adapters.dynamodb.table import Cancelled, ConditionFailed, PartitionFull, Table
from demobackend.adapters.dynamodb.usage_rows import usage_from_row, usage_key
from demobackend.domain.model.errors import NotFound, QuotaExceeded, UploadCompleted
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File
from demobackend.domain.model.ids import FileId, UploadId, UserId
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.page import Page
from demobackend.domain.model.upload import Upload, UploadStatus
from demobackend.domain.model.usage import Plan, Usage

_MOST_UPLOADS = 90  # of one file; a transaction takes 100 actions
_ANY = file_key(UserId(""), FileId(""))  # what the key of every file begins with
_EVERY_FILE = Condition("begins_with(#PK, :owners) AND begins_with(#SK, :files)", {"owners": _ANY.pk, "files": _ANY.sk})


class DynamoDbFileCatalog:
    """Rows of files and uploads with the usage they cause; a `FileCatalog`. Its change records are the table's stream.

    An id is held to be taken within its place only: a file's among its owner's files, an upload's among its file's. Both are
    UUIDv7, which never meet by chance; a wider check would cost every new file another row.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, file: File, upload: Upload, plan: Plan) -> None:
        """Add a pending file with its open upload and reserve its size: one transaction.

        Raises `AlreadyExists`, `FileTooLarge`, `QuotaExceeded`, `Unavailable`.
        """
        try:
            self._table.transact(*file_changes.begin(file, upload, plan))
        except Cancelled as cancelled:
            raise file_changes.refusal_to_begin(cancelled.reasons) from None
        except PartitionFull as full:
            raise QuotaExceeded from full

    def get(self, owner_id: UserId, file_id: FileId) -> File:
        """Return the owner's file in any status: one read. Raises `NotFound`, `Corrupt`, `Unavailable`."""
        row = self._table.get(file_key(owner_id, file_id))
        if row is None:
            raise NotFound
        return file_from_row(row)

    def get_many(self, owner_id: UserId, file_ids: tuple[FileId, ...]) -> dict[FileId, File]:
        """Return those that are the owner's: one read of all. Raises `Corrupt`, `Unavailable`."""
        files = (file_from_row(row) for row in self._table.get_many(file_key(owner_id, file_id) for file_id in file_ids))
        return {file.id: file for file in files}

    def get_upload(self, owner_id: UserId, file_id: FileId, upload_id: UploadId) -> tuple[Upload, File | None]:
        """Return an upload and its file: one read of both. Raises `NotFound`, `Corrupt`, `Unavailable`."""
        keys = upload_key(file_id, upload_id), file_key(owner_id, file_id)
        rows = {key_of(row): row for row in self._table.get_many(keys)}
        upload, file = (rows.get(key) for key in keys)
        return own_upload(upload, owner_id), None if file is None else file_from_row(file)

    def finish(self, file: File, upload_id: UploadId, *, expected: int) -> None:
        """Replace the file, complete its upload and turn the reservation into use: one transaction.

        Raises `UploadCompleted`, `UploadAborted`, `VersionConflict`, `NotFound`, `Unavailable`.
        """
        try:
            self._table.transact(*file_changes.finish(file, upload_id, expected=expected))
        except Cancelled as cancelled:
            self.finish(file_changes.refuse_to_finish(file, cancelled.reasons, expected=expected), upload_id, expected=expected)

    def abort(self, owner_id: UserId, file_id: FileId, upload_id: UploadId, *, at: datetime) -> Upload:
        """Abort an open upload, remove its pending file, release the reservation: one read, for the size, and one transaction.

        Raises `UploadCompleted`, `NotFound`, `Unavailable`.
        """
        upload = own_upload(self._table.get(upload_key(file_id, upload_id)), owner_id)
        if upload.status is UploadStatus.COMPLETED:
            raise UploadCompleted
        if upload.status is UploadStatus.OPEN:
            try:
                self._table.transact(*file_changes.abort(upload, at=at))
            except Cancelled as cancelled:
                file_changes.refuse_to_abort(upload, cancelled.reasons)
        return replace(upload, status=UploadStatus.ABORTED)

    def replace(self, file: File, *, expected: int) -> None:
        """Replace the file of revision `expected`; size and owner stay: one conditional write.

        Raises `VersionConflict`, `NotFound`, `Unavailable`.
        """
        try:
            self._table.write_once(file_changes.put_in_place(file, expected=expected))
        except ConditionFailed as refusal:
            self.replace(file_changes.with_its_size(file, refusal.row, expected=expected), expected=expected)

    def remove(self, file: File) -> None:
        """Remove a purged file's row and its uploads' rows and free what it used: one query for the uploads, and one transaction.

        Raises `VersionConflict`, `Unavailable`.
        """
        partition, prefix = uploads_of(file.id)
        keys = Condition("#PK = :partition AND begins_with(#SK, :prefix)", {"partition": partition, "prefix": prefix})
        found = self._table.query(Question(keys=keys), limit=_MOST_UPLOADS)
        uploads = [key_of(row) for row in found.rows]
        try:
            self._table.transact(*file_changes.remove(file, uploads))
        except Cancelled as cancelled:
            same_file = file_changes.refuse_to_remove(file, cancelled.reasons)
            if same_file is not None:
                self.remove(same_file)

    def list_files(self, owner_id: UserId, condition: FileFilter, order: FileOrder, *, limit: int, after: str | None) -> Page[File]:
        """Return up to `limit` of the owner's files from `after` on: one query, more where many rows are filtered out.

        Raises `Malformed`, `Corrupt`, `Unavailable`.
        """
        return list_files(self._table, owner_id, condition, order, limit=limit, after=after)

    def every_file(self) -> Iterator[File]:
        """Yield the files of all owners: a scan of the whole table, one request for each megabyte. Raises `Corrupt`, `Unavailable`."""
        last: Row | None = None
        while True:
            page = self._table.scan(_EVERY_FILE, after=last)
            yield from map(file_from_row, page.rows)
            last = page.last
            if last is None:
                return

    def usage(self, owner_id: UserId) -> Usage:
        """Return what the owner's files take up: one read. Raises `Corrupt`, `Unavailable`."""
        row = self._table.get(usage_key(owner_id))
        return Usage() if row is None else usage_from_row(row)

    def mark_indexed(self, owner_id: UserId, file_id: FileId, *, revision: int, text_status: TextStatus) -> None:
        """Note what the index holds, unless the file is gone or a later revision is noted: one conditional write. Raises `Unavailable`."""
        try:
            self._table.write(file_changes.mark_indexed(owner_id, file_id, revision=revision, text_status=text_status))
        except ConditionFailed:
            return

    def open_uploads(self, *, expired_before: datetime, limit: int) -> tuple[Upload, ...]:
        """Return up to `limit` open uploads that expired before this moment, oldest first. Raises `Corrupt`, `Unavailable`."""
        return due_uploads(self._table, expired_before=expired_before, limit=limit)

    def discarded_files(self, *, trashed_before: datetime, limit: int) -> tuple[File, ...]:
        """Return up to `limit` files: purged ones first, then those trashed before this moment, oldest first.

        Raises `Corrupt`, `Unavailable`.
        """
        return due_files(self._table, trashed_before=trashed_before, limit=limit)
