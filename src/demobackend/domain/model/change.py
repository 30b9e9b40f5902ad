"""Changes that must have consequences later: what to reconcile, and how often it has been tried."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from demobackend.domain.model.ids import ChangeId, FileId, UploadId, UserId

MAX_ATTEMPTS = 8


class ChangeKind(StrEnum):
    """`FILE_CHANGED`: the file's facts differ from what the index may hold. `BYTES_ARRIVED`: an upload's bytes are stored."""

    FILE_CHANGED = "file_changed"
    BYTES_ARRIVED = "bytes_arrived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Names a thing to reconcile, never a difference to apply: it may come twice, late or out of order.

    `revision` is the file's revision that caused it; for a removed file, one more than its last. `upload_id` is set for
    `BYTES_ARRIVED` only.
    """

    kind: ChangeKind
    owner_id: UserId
    file_id: FileId
    revision: int = 0
    upload_id: UploadId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A change leased to one worker until `leased_until`; `attempts` counts this one, from 1."""

    id: ChangeId
    change: Change
    attempts: int
    leased_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A change that was given up after `MAX_ATTEMPTS` tries, with the code of its last failure."""

    id: ChangeId
    change: Change
    attempts: int
    reason: str
    died_at: datetime


def back_off(attempts: int) -> timedelta:
    """How long to wait after this many failed tries: 1 s, doubling, at most 5 minutes."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 9)), timedelta(minutes=5))
