"""Ordinary values for tests, told apart by a number. The same arguments always make the same value.

Times lie in the future of every real clock, so that no store finds a sample too old to keep.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from demobackend.domain.model.account import Account, AccountStatus
from demobackend.domain.model.audit import AuditAction, AuditEvent
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.ids import AuditEventId, FileId, SessionId, UploadId, UserId
from demobackend.domain.model.names import Description, FileName, MediaType, Sha256, Tags
from demobackend.domain.model.search import IndexedFile
from demobackend.domain.model.session import Session
from demobackend.domain.model.text.analysis import analyse_document
from demobackend.domain.model.upload import Upload, UploadStatus

NOON = datetime(2040, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MILLISECOND = timedelta(milliseconds=1)
_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def sample_id(number: int, *, at: datetime = NOON) -> str:
    """A UUIDv7 of this moment; among those of one moment, higher numbers sort later."""
    milliseconds = (at - _UNIX_EPOCH) // MILLISECOND
    return str(UUID(int=milliseconds << 80 | 7 << 76 | 0b10 << 62 | number))


OWNER = UserId(sample_id(1, at=NOON - DAY))
STRANGER = UserId(sample_id(2, at=NOON - DAY))


def moment(number: int) -> datetime:
    """So many seconds after noon."""
    return NOON + number * SECOND


def sample_upload(number: int = 1, *, owner_id: UserId = OWNER, size: int = 10, sha256: Sha256 | None = None) -> Upload:
    """An open upload of a first version, begun at `moment(number)`, for 15 minutes."""
    begun = moment(number)
    return Upload(
        id=UploadId(sample_id(2 * number + 1, at=begun)),
        file_id=FileId(sample_id(2 * number, at=begun)),
        owner_id=owner_id,
        version=1,
        size=size,
        media_type=MediaType("text/plain"),
        sha256=sha256,
        status=UploadStatus.OPEN,
        created_at=begun,
        expires_at=begun + 15 * MINUTE,
    )


def sample_file(upload: Upload, *, name: str = "report.txt", tags: tuple[str, ...] = (), description: str | None = None) -> File:
    """The pending file of an upload."""
    return File(
        id=upload.file_id,
        owner_id=upload.owner_id,
        name=FileName(name),
        size=upload.size,
        media_type=upload.media_type,
        sha256=upload.sha256,
        tags=Tags(tags),
        description=None if description is None else Description(description),
        status=FileStatus.PENDING,
        version=upload.version,
        revision=1,
        blob=upload.key,
        created_at=upload.created_at,
        updated_at=upload.created_at,
    )


def sample_account(number: int = 1, *, email: str | None = None, roles: frozenset[SiteRole] = frozenset()) -> Account:
    """A confirmed account made at `moment(number)`."""
    return Account(
        id=UserId(sample_id(number, at=moment(number))),
        email=EmailAddress(email or f"person{number}@example.test"),
        status=AccountStatus.CONFIRMED,
        display_name=None,
        roles=roles,
        created_at=moment(number),
        updated_at=moment(number),
    )


def sample_session(number: int = 1, *, user_id: UserId = OWNER) -> Session:
    """A living session begun at `moment(number)`, for 30 days."""
    begun = moment(number)
    return Session(
        id=SessionId(sample_id(number, at=begun)), user_id=user_id, created_at=begun, expires_at=begun + 30 * DAY, rotated_at=begun
    )


def sample_event(
    number: int = 1, action: AuditAction = AuditAction.SIGNED_IN, *, user_id: UserId = OWNER, at: datetime | None = None
) -> AuditEvent:
    """What happened to an account at `moment(number)`, or at another time; among events of one time, higher numbers sort later."""
    at = at or moment(number)
    return AuditEvent(id=AuditEventId(sample_id(number, at=at)), at=at, action=action, user_id=user_id)


def sample_indexed_file(
    number: int = 1,
    *,
    owner_id: UserId = OWNER,
    revision: int = 1,
    version: int = 1,
    name: str = "report.txt",
    tags: tuple[str, ...] = (),
    description: str = "",
    text: str = "",
    media_type: str = "text/plain",
    text_status: TextStatus = TextStatus.INDEXED,
) -> IndexedFile:
    """What an index is handed of the file of this number, created at `moment(number)`."""
    return IndexedFile(
        file_id=sample_upload(number).file_id,
        owner_id=owner_id,
        revision=revision,
        version=version,
        name=name,
        tags=tags,
        description=description,
        media_type=media_type,
        created_at=moment(number),
        text=text,
        text_status=text_status,
        tokens=analyse_document(name=name, tags=tags, description=description, text=text),
    )
