"""The files' facts, their uploads, and what they take up."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File
from demobackend.domain.model.ids import FileId, UploadId, UserId
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.page import Page
from demobackend.domain.model.upload import Upload
from demobackend.domain.model.usage import Plan, Usage


class FileCatalog(Protocol):
    """Rows of files and uploads with the usage they cause. Each change is one transaction: all of it is durable, or nothing.

    Every read sees every change that returned before it, but for the two that a sweep asks, which may lag by seconds. Each change
    of a file also leaves a `FILE_CHANGED` record, in the same transaction: in the change feed, or in a stream of the store that stands
    in for it. Usage is the sum over the rows at every moment. Every method raises `Unavailable` when the store does not answer in
    time; then a change may or may not have happened.
    Source: DynamoDB transactions and strongly consistent reads; docs/ports.md#file-catalog.
    """

    def begin(self, file: File, upload: Upload, plan: Plan) -> None:
        """Add a pending file (revision 1) with its open upload and reserve its size.

        Raises `AlreadyExists` when either id is taken, `FileTooLarge`, `QuotaExceeded`, `Unavailable`; then nothing is reserved.
        """
        ...

    def get(self, owner_id: UserId, file_id: FileId) -> File:
        """Return the owner's file in any status. Raises `NotFound`, also for another owner's, `Unavailable`."""
        ...

    def get_many(self, owner_id: UserId, file_ids: tuple[FileId, ...]) -> dict[FileId, File]:
        """Return those of at most 100 ids that are the owner's, in any status; the others are left out. Raises `Unavailable`."""
        ...

    def get_upload(self, owner_id: UserId, file_id: FileId, upload_id: UploadId) -> tuple[Upload, File | None]:
        """Return an upload in any status and its file in any status, None when that is gone.

        A change of both that is made meanwhile may show in only one of them. Raises `NotFound`, also for another owner's,
        `Unavailable`.
        """
        ...

    def finish(self, file: File, upload_id: UploadId, *, expected: int) -> None:
        """Replace the file of revision `expected`, complete its open upload, and turn the reservation into use.

        Raises `UploadCompleted`, `UploadAborted`, `VersionConflict`, `NotFound`, `Unavailable`; then nothing changed.
        """
        ...

    def abort(self, owner_id: UserId, file_id: FileId, upload_id: UploadId, *, at: datetime) -> Upload:
        """Abort an open upload, remove its pending file, and release the reservation; nothing when it is aborted already.

        Return the aborted upload: its row stays, so that it can be told from one that never was. Raises `UploadCompleted`, `NotFound`,
        `Unavailable`.
        """
        ...

    def replace(self, file: File, *, expected: int) -> None:
        """Replace the file of revision `expected`; size and owner stay. Raises `VersionConflict`, `NotFound`, `Unavailable`."""
        ...

    def remove(self, file: File) -> None:
        """Remove a purged file's row and its uploads' rows and free what it used; nothing when it is gone.

        The change record's revision is one more than the file's. Raises `VersionConflict` when it was changed since, `Unavailable`.
        """
        ...

    def list_files(self, owner_id: UserId, condition: FileFilter, order: FileOrder, *, limit: int, after: str | None) -> Page[File]:
        """Return up to `limit` (1-100) of the owner's files; `after` is a page's `next`. A full walk under changes shows every
        file that was there all the time exactly once. Raises `Malformed` for an `after` that it did not make, `Unavailable`."""
        ...

    def every_file(self) -> Iterator[File]:
        """Yield the files of all owners, in any status and any order, each as it is at some moment between asking for the first
        one and its own turn. One that is there all the time comes exactly once. Raises `Unavailable`."""
        ...

    def usage(self, owner_id: UserId) -> Usage:
        """Return what the owner's files take up; zeros for an unknown owner. Raises `Unavailable`."""
        ...

    def mark_indexed(self, owner_id: UserId, file_id: FileId, *, revision: int, text_status: TextStatus) -> None:
        """Note what the index holds. Nothing happens when the file is gone or a later revision is noted; the file's revision,
        times and change feed stay as they are. Raises `Unavailable`."""
        ...

    def open_uploads(self, *, expired_before: datetime, limit: int) -> tuple[Upload, ...]:
        """Return up to `limit` open uploads that expired before this moment, oldest first.

        It may lag by seconds; what it returns may have changed since. Raises `Unavailable`.
        """
        ...

    def discarded_files(self, *, trashed_before: datetime, limit: int) -> tuple[File, ...]:
        """Return up to `limit` files: purged ones first, then those trashed before this moment, oldest first.

        It may lag by seconds; what it returns may have changed since. Raises `Unavailable`.
        """
        ...
