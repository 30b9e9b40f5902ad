"""A file catalogue against two dicts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from demobackend.domain.model.change import Change, ChangeKind
from demobackend.domain.model.errors import (
    AlreadyExists,
    DomainError,
    FileTooLarge,
    NotFound,
    QuotaExceeded,
    UploadAborted,
    UploadCompleted,
    VersionConflict,
)
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File, FileStatus, Indexing
from demobackend.domain.model.ids import FileId, UploadId
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.names import FileName, Tags
from demobackend.domain.model.upload import Upload, UploadStatus
from demobackend.domain.model.usage import Plan, Usage
from demobackend.ports.file_catalog import FileCatalog
from demobackend.testing.machines.run import Tally
from demobackend.testing.samples import DAY, NOON, OWNER, SECOND, STRANGER, sample_file, sample_upload
from demobackend.testing.walks import walk_files

PLAN = Plan(max_bytes=60, max_files=5, max_file_bytes=30)
RULES = (
    "begin",
    "begin_too_much",
    "finish",
    "abort",
    "late",
    "describe",
    "trashed",
    "purged",
    "remove",
    "note",
    "list",
    "sweep",
    "changes",
)
NAMES = st.sampled_from(("a", "B", "ab", "é", "😀", "\ufffd"))
TAGS = ("red", "Red", "re")
PICKS = st.integers(0, 11)
LATE = st.sampled_from((0, 0, 0, 1))


class FileCatalogMachine(RuleBasedStateMachine):
    """Begins, finishes, changes and removes files of two owners, and compares every answer with the model's."""

    def __init__(self, catalog: FileCatalog, take_changes: Callable[[], list[Change]], tally: Tally) -> None:
        super().__init__()
        self.catalog, self.take_changes, self.tally = catalog, take_changes, tally
        self.files: dict[FileId, File] = {}
        self.uploads: dict[UploadId, Upload] = {}
        self.recorded: set[Change] = set()
        self.allowed: set[Change] = set()
        self.time = NOON + DAY
        self.begun = 0

    @initialize(moves=st.lists(st.integers(0, 4), min_size=4, max_size=6), names=st.lists(NAMES, min_size=6, max_size=6))
    def some_files(self, moves: list[int], names: list[str]) -> None:
        """Files that have come this far, so that every rule has something to do whichever rules are at work."""
        for far, name in zip(moves, names, strict=False):
            self.begin(size=10, name=name)
            if far and self.open_uploads():
                self.finish(pick=-1, late=0)
            for _ in range(far - 1):
                self.move(pick=-1, restored=False)

    @rule(size=st.sampled_from((0, 1, 10, 30, 31)), name=NAMES)
    def begin(self, size: int, name: str) -> None:
        self.begun += 1
        upload = sample_upload(self.begun, owner_id=STRANGER if self.begun % 4 == 0 else OWNER, size=size)
        file = sample_file(upload, name=name)
        expected = self._refusal_to_begin(file)
        self._expect(expected, lambda: self.catalog.begin(file, upload, PLAN))
        if expected is None:
            self.files[file.id], self.uploads[upload.id] = file, upload
            self.allowed.add(_change(file, file.revision))
            self._expect(AlreadyExists, lambda: self.catalog.begin(file, upload, Plan()))
        self.tally["begin" if expected is None else "begin_too_much"] += 1

    def _refusal_to_begin(self, file: File) -> type[DomainError] | None:
        own = [held for held in self.files.values() if held.owner_id == file.owner_id]
        if file.size > 30:
            return FileTooLarge
        full = len(own) + 1 > 5 or sum(held.size for held in own) + file.size > 60
        return QuotaExceeded if full else None

    def open_uploads(self) -> list[Upload]:
        return [upload for upload in self.uploads.values() if upload.status is UploadStatus.OPEN]

    @precondition(lambda self: bool(self.open_uploads()))
    @rule(pick=PICKS, late=LATE)
    def finish(self, pick: int, late: int) -> None:
        upload = self._one_of(self.open_uploads(), pick)
        file = self.files[upload.file_id]
        finished = replace(file, status=FileStatus.AVAILABLE, revision=file.revision + 1, updated_at=self._tick())
        self._expect(VersionConflict if late else None, lambda: self.catalog.finish(finished, upload.id, expected=file.revision - late))
        if not late:
            self._keep(finished)
            self.uploads[upload.id] = replace(upload, status=UploadStatus.COMPLETED)
            self.tally["finish"] += 1

    @precondition(lambda self: bool(self.open_uploads()))
    @rule(pick=PICKS)
    def abort(self, pick: int) -> None:
        upload = self._one_of(self.open_uploads(), pick)
        self.catalog.abort(upload.owner_id, upload.file_id, upload.id, at=self._tick())
        gone = self.files.pop(upload.file_id)
        self.allowed.add(_change(gone, gone.revision + 1))
        self.uploads[upload.id] = replace(upload, status=UploadStatus.ABORTED)
        self.tally["abort"] += 1

    @precondition(lambda self: self.begun > 0)
    @rule(number=st.integers(1, 12))
    def come_too_late(self, number: int) -> None:
        """Finish and abort an upload that is closed or never was."""
        upload = sample_upload(1 + number % self.begun if number < 12 else 999)
        known = self.uploads.get(upload.id)
        if known is not None and known.status is UploadStatus.OPEN:
            return
        owner_id = known.owner_id if known else OWNER
        file = replace(sample_file(upload), owner_id=owner_id, revision=9)
        completed = known is not None and known.status is UploadStatus.COMPLETED
        to_finish = NotFound if known is None else UploadCompleted if completed else UploadAborted
        to_abort = NotFound if known is None else UploadCompleted if completed else None
        self._expect(to_finish, lambda: self.catalog.finish(file, upload.id, expected=8))
        self._expect(to_abort, lambda: self.catalog.abort(owner_id, upload.file_id, upload.id, at=self._tick()))
        self.tally["late"] += 1

    @precondition(lambda self: bool(self.files))
    @rule(pick=PICKS, name=NAMES, tags=st.sets(st.sampled_from(TAGS)), late=LATE)
    def describe(self, pick: int, name: str, tags: set[str], late: int) -> None:
        file = self._one_of([*self.files.values()], pick)
        named = replace(file, name=FileName(name), tags=Tags(tuple(sorted(tags))))
        described = replace(named, revision=file.revision + 1, updated_at=self._tick())
        self._expect(VersionConflict if late else None, lambda: self.catalog.replace(described, expected=file.revision - late))
        if not late:
            self._keep(described)
            self.tally["describe"] += 1

    def arrived_files(self) -> list[File]:
        return [file for file in self.files.values() if file.status is not FileStatus.PENDING]

    @precondition(lambda self: bool(self.arrived_files()))
    @rule(pick=PICKS, restored=st.sampled_from((False, False, True)))
    def move(self, pick: int, restored: bool) -> None:
        """From available to trashed, from there back or on to purged, from there to nothing."""
        file = self._one_of(self.arrived_files(), pick)
        if file.status is FileStatus.PURGED:
            self._remove(file)
        elif file.status is FileStatus.AVAILABLE:
            self._set_status(file, FileStatus.TRASHED, trashed_at=self._tick())
        elif restored:
            self._set_status(file, FileStatus.AVAILABLE, trashed_at=None)
        else:
            self._set_status(file, FileStatus.PURGED, trashed_at=file.trashed_at)

    def _set_status(self, file: File, status: FileStatus, *, trashed_at: datetime | None) -> None:
        moved = replace(file, status=status, trashed_at=trashed_at, revision=file.revision + 1, updated_at=self._tick())
        self.catalog.replace(moved, expected=file.revision)
        self._keep(moved)
        self.tally[status.value] += 1

    def _remove(self, file: File) -> None:
        self._expect(VersionConflict, lambda: self.catalog.remove(replace(file, revision=file.revision - 1)))
        self.catalog.remove(file)
        self.catalog.remove(file)
        del self.files[file.id], self.uploads[file.blob.upload_id]
        self.recorded.add(_change(file, file.revision + 1))
        self.tally["remove"] += 1

    @precondition(lambda self: bool(self.files))
    @rule(pick=PICKS, back=st.integers(0, 1), text_status=st.sampled_from((TextStatus.INDEXED, TextStatus.NONE)))
    def note(self, pick: int, back: int, text_status: TextStatus) -> None:
        file = self._one_of([*self.files.values()], pick)
        revision = file.revision - back
        self.catalog.mark_indexed(file.owner_id, file.id, revision=revision, text_status=text_status)
        if revision >= file.indexing.revision:
            self.files[file.id] = replace(file, indexing=Indexing(revision, text_status))
            self.tally["note"] += 1

    @rule(
        prefix=st.sampled_from((None, None, None, "a", "B")),
        tag=st.sampled_from((None, None, None, "red", "re")),
        status=st.sampled_from((None, None, None, *FileStatus)),
        order=st.sampled_from(FileOrder),
        limit=st.integers(1, 4),
    )
    def list_files(self, prefix: str | None, tag: str | None, status: FileStatus | None, order: FileOrder, limit: int) -> None:
        for owner_id in (OWNER, STRANGER):
            hidden = {FileStatus.PURGED} | ({FileStatus.TRASHED} if status is None else set(FileStatus) - {status})
            expected = [file for file in self.files.values() if file.owner_id == owner_id and file.status not in hidden]
            expected = [file for file in expected if file.name.value.startswith(prefix or "") and (tag is None or tag in file.tags.values)]
            if order is FileOrder.NAME:
                expected.sort(key=lambda file: ([ord(character) for character in file.name.value], file.id))
            else:
                expected.sort(key=lambda file: file.created_at, reverse=order is FileOrder.NEWEST)
            condition = FileFilter(name_prefix=prefix, tag=tag, status=status)
            assert walk_files(self.catalog, condition, order, owner_id=owner_id, limit=limit) == expected
            self.tally["list"] += bool(expected)

    @rule(number=st.integers(1, 12))
    def sweep(self, number: int) -> None:
        moment = sample_upload(number).expires_at
        stale = [upload for upload in self.open_uploads() if upload.expires_at < moment]
        assert self.catalog.open_uploads(expired_before=moment, limit=100) == tuple(sorted(stale, key=lambda upload: upload.expires_at))
        before = self.time - 3 * SECOND
        purged = {file.id for file in self.files.values() if file.status is FileStatus.PURGED}
        old = {
            file.trashed_at: file.id
            for file in self.files.values()
            if file.status is FileStatus.TRASHED and file.trashed_at is not None and file.trashed_at < before
        }
        found = [file.id for file in self.catalog.discarded_files(trashed_before=before, limit=100)]
        assert set(found[: len(purged)]) == purged
        assert found[len(purged) :] == [old[trashed_at] for trashed_at in sorted(old)]
        self.tally["sweep"] += bool(stale or purged or old)

    @rule()
    def changes(self) -> None:
        taken = set(self.take_changes())
        assert self.recorded <= taken <= self.recorded | self.allowed
        self.tally["changes"] += bool(self.recorded)
        self.recorded, self.allowed = set(), set()

    @invariant()
    def usage_is_the_sum_over_the_rows(self) -> None:
        for owner_id in (OWNER, STRANGER):
            own = [file for file in self.files.values() if file.owner_id == owner_id]
            pending = [file.size for file in own if file.status is FileStatus.PENDING]
            used = [file.size for file in own if file.status is not FileStatus.PENDING]
            assert self.catalog.usage(owner_id) == Usage(
                bytes_used=sum(used), files_used=len(used), bytes_reserved=sum(pending), files_reserved=len(pending)
            )

    def teardown(self) -> None:
        for owner_id in (OWNER, STRANGER):
            own = {file.id: file for file in self.files.values() if file.owner_id == owner_id}
            assert self.catalog.get_many(owner_id, tuple(self.files)) == own
        for upload in self.uploads.values():
            assert self.catalog.get_upload(upload.owner_id, upload.file_id, upload.id) == (upload, self.files.get(upload.file_id))
        self.changes()

    def _tick(self) -> datetime:
        self.time += SECOND
        return self.time

    def _keep(self, file: File) -> None:
        self.files[file.id] = file
        self.recorded.add(_change(file, file.revision))

    @staticmethod
    def _one_of[T](choices: list[T], pick: int) -> T:
        return choices[pick % len(choices)]

    @staticmethod
    def _expect(expected: type[DomainError] | None, act: Callable[[], object]) -> None:
        refused: type[DomainError] | None = None
        try:
            act()
        except DomainError as error:
            refused = type(error)
        assert refused is expected


def _change(file: File, revision: int) -> Change:
    return Change(kind=ChangeKind.FILE_CHANGED, owner_id=file.owner_id, file_id=file.id, revision=revision)
