"""The file catalogue in memory."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from threading import Lock

from demobackend.adapters.memory.change_feed import MemoryChangeFeed
from demobackend.adapters.memory.listings import Listings
from demobackend.domain.model.change import Change, ChangeKind
from demobackend.domain.model.errors import AlreadyExists, NotFound, UploadAborted, UploadCompleted, VersionConflict
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File, FileStatus, Indexing
from demobackend.domain.model.ids import FileId, UploadId, UserId
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.page import Page
from demobackend.domain.model.upload import Upload, UploadStatus
from demobackend.domain.model.usage import Plan, Usage

_DISCARDED = frozenset({FileStatus.TRASHED, FileStatus.PURGED})


class MemoryFileCatalog:
    """Files, uploads and usage under one lock, which makes each change one transaction; a `FileCatalog`.

    Changes are written to the feed while the lock is held: whoever claims one and reads the file sees what caused it.
    """

    def __init__(self, feed: MemoryChangeFeed) -> None:
        self._feed = feed
        self._lock = Lock()
        self._files: dict[FileId, File] = {}
        self._uploads: dict[UploadId, Upload] = {}
        self._usage: defaultdict[UserId, Usage] = defaultdict(Usage)
        self._listings: defaultdict[UserId, Listings] = defaultdict(Listings)
        # Parts of the above that sweeps ask for.
        self._uploads_of: defaultdict[FileId, set[UploadId]] = defaultdict(set)
        self._open: dict[UploadId, Upload] = {}
        self._discarded: dict[FileId, File] = {}

    def begin(self, file: File, upload: Upload, plan: Plan) -> None:
        """Add a pending file with its open upload and reserve its size. Raises `AlreadyExists`, `FileTooLarge`, `QuotaExceeded`."""
        with self._lock:
            if file.id in self._files or upload.id in self._uploads:
                raise AlreadyExists
            self._usage[file.owner_id] = self._usage[file.owner_id].reserve(file.size, plan)
            self._listings[file.owner_id].add(file)
            self._files[file.id] = file
            self._put_upload(upload)
            self._announce(file, revision=file.revision, at=file.updated_at)

    def get(self, owner_id: UserId, file_id: FileId) -> File:
        """Return the owner's file in any status. Raises `NotFound`."""
        with self._lock:
            return self._held(owner_id, file_id)

    def get_many(self, owner_id: UserId, file_ids: tuple[FileId, ...]) -> dict[FileId, File]:
        """Return those that are the owner's."""
        with self._lock:
            found = {file_id: self._files[file_id] for file_id in file_ids if file_id in self._files}
        return {file_id: file for file_id, file in found.items() if file.owner_id == owner_id}

    def get_upload(self, owner_id: UserId, file_id: FileId, upload_id: UploadId) -> tuple[Upload, File | None]:
        """Return an upload and its file, None when that is gone. Raises `NotFound`."""
        with self._lock:
            return self._held_upload(owner_id, file_id, upload_id), self._files.get(file_id)

    def finish(self, file: File, upload_id: UploadId, *, expected: int) -> None:
        """Replace the file, complete its upload, turn the reservation into use.

        Raises `UploadCompleted`, `UploadAborted`, `VersionConflict`, `NotFound`.
        """
        with self._lock:
            upload = self._held_upload(file.owner_id, file.id, upload_id)
            if upload.status is UploadStatus.COMPLETED:
                raise UploadCompleted
            if upload.status is UploadStatus.ABORTED:
                raise UploadAborted
            held = self._expected(file, expected)
            self._usage[file.owner_id] = self._usage[file.owner_id].settle(held.size)
            self._put_upload(dataclasses.replace(upload, status=UploadStatus.COMPLETED))
            self._put(file, held)

    def abort(self, owner_id: UserId, file_id: FileId, upload_id: UploadId, *, at: datetime) -> Upload:
        """Abort an open upload, remove its pending file, release the reservation. Raises `UploadCompleted`, `NotFound`."""
        with self._lock:
            upload = self._held_upload(owner_id, file_id, upload_id)
            if upload.status is UploadStatus.COMPLETED:
                raise UploadCompleted
            if upload.status is UploadStatus.ABORTED:
                return upload
            held = self._held(owner_id, file_id)
            aborted = dataclasses.replace(upload, status=UploadStatus.ABORTED)
            self._usage[owner_id] = self._usage[owner_id].release(held.size)
            self._put_upload(aborted)
            self._drop(held)
            self._announce(held, revision=held.revision + 1, at=at)
            return aborted

    def replace(self, file: File, *, expected: int) -> None:
        """Replace the file of revision `expected`; size and owner stay. Raises `VersionConflict`, `NotFound`."""
        with self._lock:
            self._put(file, self._expected(file, expected))

    def remove(self, file: File) -> None:
        """Remove a purged file's row and its uploads' rows and free what it used. Raises `VersionConflict`."""
        with self._lock:
            held = self._files.get(file.id)
            if held is None or held.owner_id != file.owner_id:
                return
            if held.revision != file.revision:
                raise VersionConflict
            self._usage[held.owner_id] = self._usage[held.owner_id].free(held.size)
            self._drop(held)
            for upload_id in self._uploads_of.pop(held.id, ()):
                del self._uploads[upload_id]
            self._announce(held, revision=held.revision + 1, at=held.updated_at)

    def list_files(self, owner_id: UserId, condition: FileFilter, order: FileOrder, *, limit: int, after: str | None) -> Page[File]:
        """Return up to `limit` of the owner's files from `after` on. Raises `Malformed` for an `after` that no page had."""
        with self._lock:
            return self._listings.get(owner_id, Listings()).page(self._files.__getitem__, condition, order, limit=limit, after=after)

    def every_file(self) -> Iterator[File]:
        """Yield the files of all owners as they are when the first one is asked for."""
        with self._lock:
            files = tuple(self._files.values())
        yield from files

    def usage(self, owner_id: UserId) -> Usage:
        """Return what the owner's files take up."""
        with self._lock:
            return self._usage.get(owner_id, Usage())

    def mark_indexed(self, owner_id: UserId, file_id: FileId, *, revision: int, text_status: TextStatus) -> None:
        """Note what the index holds, unless the file is gone or a later revision is noted."""
        with self._lock:
            held = self._files.get(file_id)
            if held is None or held.owner_id != owner_id or held.indexing.revision > revision:
                return
            self._store(dataclasses.replace(held, indexing=Indexing(revision, text_status)))

    def open_uploads(self, *, expired_before: datetime, limit: int) -> tuple[Upload, ...]:
        """Return up to `limit` open uploads that expired before this moment, oldest first."""
        with self._lock:
            expired = [upload for upload in self._open.values() if upload.expires_at < expired_before]
        return tuple(sorted(expired, key=lambda upload: (upload.expires_at, upload.id))[:limit])

    def discarded_files(self, *, trashed_before: datetime, limit: int) -> tuple[File, ...]:
        """Return up to `limit` files: purged ones first, then those trashed before this moment, oldest first."""
        with self._lock:
            discarded = list(self._discarded.values())
        due = [
            (file.status is not FileStatus.PURGED, file.trashed_at or file.updated_at, file.id, file)
            for file in discarded
            if file.status is FileStatus.PURGED or (file.trashed_at is not None and file.trashed_at < trashed_before)
        ]
        return tuple(file for *_, file in sorted(due, key=lambda place: place[:3])[:limit])

    def _held(self, owner_id: UserId, file_id: FileId) -> File:
        held = self._files.get(file_id)
        if held is None or held.owner_id != owner_id:
            raise NotFound
        return held

    def _held_upload(self, owner_id: UserId, file_id: FileId, upload_id: UploadId) -> Upload:
        held = self._uploads.get(upload_id)
        if held is None or (held.owner_id, held.file_id) != (owner_id, file_id):
            raise NotFound
        return held

    def _expected(self, file: File, revision: int) -> File:
        held = self._held(file.owner_id, file.id)
        if held.revision != revision:
            raise VersionConflict
        return held

    def _put(self, file: File, held: File) -> None:
        """Replace `held` and announce it. Its size stays, and what is indexed too: only `mark_indexed` changes that."""
        if file.name != held.name:
            self._listings[held.owner_id].drop(held)
            self._listings[held.owner_id].add(file)
        self._store(dataclasses.replace(file, size=held.size, indexing=held.indexing))
        self._announce(file, revision=file.revision, at=file.updated_at)

    def _store(self, file: File) -> None:
        self._files[file.id] = file
        self._discarded.pop(file.id, None)
        if file.status in _DISCARDED:
            self._discarded[file.id] = file

    def _drop(self, held: File) -> None:
        self._listings[held.owner_id].drop(held)
        self._discarded.pop(held.id, None)
        del self._files[held.id]

    def _put_upload(self, upload: Upload) -> None:
        self._uploads[upload.id] = upload
        self._uploads_of[upload.file_id].add(upload.id)
        self._open.pop(upload.id, None)
        if upload.status is UploadStatus.OPEN:
            self._open[upload.id] = upload

    def _announce(self, file: File, *, revision: int, at: datetime) -> None:
        change = Change(kind=ChangeKind.FILE_CHANGED, owner_id=file.owner_id, file_id=file.id, revision=revision)
        self._feed.enqueue(change, due=at)
