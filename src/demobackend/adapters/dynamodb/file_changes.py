"""The changes of the file catalogue: each is one transaction or one conditional write, and what its refusal means."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from demobackend.adapters.dynamodb import usage_rows
from demobackend.adapters.dynamodb.actions import ABSENT, PRESENT, Condition, Delete, Put, Update
from demobackend.adapters.dynamodb.attributes import Row, number, text, without, word
from demobackend.adapters.dynamodb.file_rows import INDEXING, OPTIONAL, file_key, file_to_row, upload_key, upload_to_row
from demobackend.adapters.dynamodb.moments import to_ttl
from demobackend.adapters.dynamodb.schema import Key
from demobackend.adapters.dynamodb.table import Reason
from demobackend.domain.model.errors import (
    AlreadyExists,
    Corrupt,
    DomainError,
    NotFound,
    QuotaExceeded,
    UploadAborted,
    UploadCompleted,
    VersionConflict,
)
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File
from demobackend.domain.model.ids import FileId, UploadId, UserId
from demobackend.domain.model.upload import Upload, UploadStatus
from demobackend.domain.model.usage import Plan

_ABORTED_KEPT = timedelta(days=30)
"""How long it can be told that an upload was aborted. Longer than anybody asks for it; what is forgotten is not found."""
_STAYS = frozenset({"PK", "SK", "size"}) | INDEXING

type Action = Put | Update | Delete


def begin(file: File, upload: Upload, plan: Plan) -> tuple[Action, ...]:
    """Raises `FileTooLarge`, `QuotaExceeded`."""
    room = usage_rows.reserve(file.owner_id, file.size, plan)
    return Put(file_to_row(file), ABSENT), Put(upload_to_row(upload), ABSENT), room


def refusal_to_begin(reasons: tuple[Reason, ...]) -> DomainError:
    """Why a file was not begun."""
    file, upload, _ = reasons
    return AlreadyExists() if file.failed or upload.failed else QuotaExceeded()


def put_in_place(file: File, *, expected: int) -> Update:
    """Put a file in place of its revision `expected`. What `mark_indexed` noted meanwhile stays, and so does the size."""
    row = file_to_row(file)
    return Update(
        key=file_key(file.owner_id, file.id),
        values=without(row, _STAYS),
        removed=tuple(sorted(OPTIONAL - row.keys())),
        condition=Condition("#revision = :expected AND #size = :size", {"expected": expected, "size": file.size}),
    )


def with_its_size(file: File, held: Row | None, *, expected: int) -> File:
    """The file as it can be put in place of `held`, which refused it. Raises `NotFound`, `VersionConflict`, `Corrupt`."""
    if held is None:
        raise NotFound
    if number(held, "revision") != expected:
        raise VersionConflict
    if number(held, "size") == file.size:  # then nothing stood in its way
        raise Corrupt
    return replace(file, size=number(held, "size"))


def finish(file: File, upload_id: UploadId, *, expected: int) -> tuple[Action, ...]:
    """The end of an upload, its file, and the usage."""
    end = _end(upload_key(file.id, upload_id), file.owner_id, UploadStatus.COMPLETED, {})
    return end, put_in_place(file, expected=expected), usage_rows.settle(file.owner_id, file.size)


def refuse_to_finish(file: File, reasons: tuple[Reason, ...], *, expected: int) -> File:
    """The file as it can be finished. Raises `NotFound`, `UploadCompleted`, `UploadAborted`, `VersionConflict` when it cannot."""
    upload, held, _ = reasons
    if upload.failed:
        raise {UploadStatus.COMPLETED: UploadCompleted, UploadStatus.ABORTED: UploadAborted}[ended_as(upload.row, file.owner_id)]
    return with_its_size(file, held.row, expected=expected)


def abort(upload: Upload, *, at: datetime) -> tuple[Action, ...]:
    """The end of an upload, its pending file's, and its reservation's."""
    end = _end(upload_key(upload.file_id, upload.id), upload.owner_id, UploadStatus.ABORTED, {"ttl": to_ttl(at + _ABORTED_KEPT)})
    same_size = Condition("#size = :size", {"size": upload.size})
    return end, Delete(file_key(upload.owner_id, upload.file_id), same_size), usage_rows.release(upload.owner_id, upload.size)


def refuse_to_abort(upload: Upload, reasons: tuple[Reason, ...]) -> None:
    """Nothing when somebody else aborted it. Raises `UploadCompleted`, `NotFound`, and `Corrupt` for an open upload without its file."""
    end, _, _ = reasons
    if not end.failed:
        raise Corrupt
    if ended_as(end.row, upload.owner_id) is UploadStatus.COMPLETED:
        raise UploadCompleted


def remove(file: File, uploads: Iterable[Key]) -> tuple[Action, ...]:
    """A file's row, its uploads' rows, and the room that it took."""
    unchanged = Condition("#revision = :revision AND #size = :size", {"revision": file.revision, "size": file.size})
    key = file_key(file.owner_id, file.id)
    return Delete(key, unchanged), *(Delete(upload) for upload in uploads), usage_rows.free(file.owner_id, file.size)


def refuse_to_remove(file: File, reasons: tuple[Reason, ...]) -> File | None:
    """The file as it can be removed, None when it is gone. Raises `VersionConflict`."""
    held = reasons[0].row
    return None if held is None else with_its_size(file, held, expected=file.revision)


def mark_indexed(owner_id: UserId, file_id: FileId, *, revision: int, text_status: TextStatus) -> Update:
    """A note beside the file's facts: neither its revision nor its digest covers it."""
    return Update(
        key=file_key(owner_id, file_id),
        values={"indexed_revision": revision, "text_status": text_status.value},
        condition=Condition(f"{PRESENT.text} AND #indexed_revision <= :indexed", {"indexed": revision}),
    )


def ended_as(row: Row | None, owner_id: UserId) -> UploadStatus:
    """How an upload ended that is not open. Raises `NotFound` when there is none, or it is another owner's."""
    if row is None or text(row, "owner_id") != owner_id:
        raise NotFound
    return word(row, "status", UploadStatus)


def _end(key: Key, owner_id: UserId, status: UploadStatus, more: Row) -> Update:
    return Update(
        key=key,
        values={"status": status.value, **more},
        removed=("due_at", "due_shard"),
        condition=Condition("#status = :open AND #owner_id = :owner", {"open": UploadStatus.OPEN.value, "owner": owner_id}),
    )
