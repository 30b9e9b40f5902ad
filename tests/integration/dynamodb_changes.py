"""Every change of every store in DynamoDB, each from a known state, some of them refused."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from demobackend.adapters.dynamodb.account_store import DynamoDbAccountStore
from demobackend.adapters.dynamodb.file_catalog import DynamoDbFileCatalog
from demobackend.adapters.dynamodb.idempotency_store import DynamoDbIdempotencyStore
from demobackend.adapters.dynamodb.rate_limiter import DynamoDbRateLimiter
from demobackend.adapters.dynamodb.session_store import DynamoDbSessionStore
from demobackend.adapters.dynamodb.table import Table
from demobackend.domain.model.account import DisplayName
from demobackend.domain.model.audit import AuditAction
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import (
    AlreadyExists,
    DomainError,
    LimitExceeded,
    RequestInProgress,
    UploadCompleted,
    VersionConflict,
)
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.idempotency import KeptAnswer, KeyedRequest
from demobackend.domain.model.usage import Plan
from demobackend.testing.samples import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    OWNER,
    sample_account,
    sample_event,
    sample_file,
    sample_session,
    sample_upload,
)

type Step = Callable[[Table], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One call. `given` makes the state that it starts from; `again` is what it says when it comes again after it was made.

    A change that counts may be made again: nothing tells its second call from another one.
    """

    given: tuple[Step, ...] = ()
    call: Step
    again: type[DomainError] | None = None
    counts: bool = False


UPLOAD = sample_upload(1)
PENDING = sample_file(UPLOAD)
AVAILABLE = PENDING.arrived(sha256=None, at=NOON + MINUTE)
TRASHED = AVAILABLE.trashed(NOON + HOUR)
PURGED = TRASHED.purged(NOON + DAY)
OTHER_UPLOAD = sample_upload(2, size=100)
OTHER = sample_file(OTHER_UPLOAD)
ACCOUNT = sample_account(1, email="Ada@example.test")
REGISTERED, SIGNED_IN = sample_event(1, AuditAction.REGISTERED), sample_event(5)
CALLED = ACCOUNT.called(DisplayName("Ada"), at=NOON + HOUR)
CONFIRMED = ACCOUNT.confirmed(NOON + HOUR)
SESSION = sample_session(1)
ROTATED = SESSION.rotated(at=NOON + HOUR)
ENDED = SESSION.ended(at=NOON + HOUR)
REQUEST = KeyedRequest("user", "create_file", "key", "digest")
ANSWER = KeptAnswer(201, (("Location", "/v1/files/1"),), b"{}")


def begun(table: Table) -> None:
    DynamoDbFileCatalog(table).begin(PENDING, UPLOAD, Plan())


def other_begun(table: Table) -> None:
    DynamoDbFileCatalog(table).begin(OTHER, OTHER_UPLOAD, Plan())


def finished(table: Table) -> None:
    DynamoDbFileCatalog(table).finish(AVAILABLE, UPLOAD.id, expected=1)


def aborted(table: Table) -> None:
    DynamoDbFileCatalog(table).abort(OWNER, PENDING.id, UPLOAD.id, at=NOON + HOUR)


def trashed(table: Table) -> None:
    DynamoDbFileCatalog(table).replace(TRASHED, expected=AVAILABLE.revision)


def purged(table: Table) -> None:
    DynamoDbFileCatalog(table).replace(PURGED, expected=TRASHED.revision)


def removed(table: Table) -> None:
    DynamoDbFileCatalog(table).remove(PURGED)


def indexed(revision: int) -> Step:
    return lambda table: DynamoDbFileCatalog(table).mark_indexed(OWNER, PENDING.id, revision=revision, text_status=TextStatus.INDEXED)


def registered(table: Table) -> None:
    DynamoDbAccountStore(table).create(ACCOUNT, audit=REGISTERED)


def called(table: Table) -> None:
    DynamoDbAccountStore(table).replace(CALLED, expected=ACCOUNT.revision, audit=None)


def confirmed(table: Table) -> None:
    DynamoDbAccountStore(table).replace(CONFIRMED, expected=ACCOUNT.revision, audit=sample_event(2, AuditAction.CONFIRMED))


def signed_in(table: Table) -> None:
    DynamoDbSessionStore(table).create(SESSION, audit=SIGNED_IN)


def rotated(table: Table) -> None:
    DynamoDbSessionStore(table).replace(ROTATED, expected=SESSION.revision, audit=None)


def signed_out(table: Table) -> None:
    DynamoDbSessionStore(table).replace(ENDED, expected=SESSION.revision, audit=sample_event(3, AuditAction.SIGNED_OUT))


def claimed(table: Table, request: KeyedRequest = REQUEST, *, later: int = 0) -> KeptAnswer | None:
    return DynamoDbIdempotencyStore(table).begin(request, at=NOON + later * MINUTE, lease=MINUTE, kept=DAY)


def answered(table: Table) -> None:
    DynamoDbIdempotencyStore(table).finish(REQUEST, ANSWER)


def released(table: Table) -> None:
    DynamoDbIdempotencyStore(table).release(REQUEST)


def taken(limit: int) -> Step:
    return lambda table: DynamoDbRateLimiter(table, pause=lambda _: None).take("mails", limit=limit, window=HOUR, at=NOON)


CHANGES = {
    "begin": Change(given=(other_begun,), call=begun, again=AlreadyExists),
    "finish": Change(given=(other_begun, begun), call=finished, again=UploadCompleted),
    "finish with another size at hand": Change(
        given=(begun,),
        call=lambda table: DynamoDbFileCatalog(table).finish(replace(AVAILABLE, size=11), UPLOAD.id, expected=1),
        again=UploadCompleted,
    ),
    "abort": Change(given=(other_begun, begun), call=aborted),
    "replace": Change(given=(begun, finished), call=trashed, again=VersionConflict),
    "replace with another size at hand": Change(
        given=(begun, finished),
        call=lambda table: DynamoDbFileCatalog(table).replace(replace(TRASHED, size=11), expected=AVAILABLE.revision),
        again=VersionConflict,
    ),
    "remove": Change(given=(other_begun, begun, finished, trashed, purged), call=removed),
    "mark_indexed": Change(given=(begun, finished, indexed(1)), call=indexed(2)),
    "create an account": Change(call=registered, again=AlreadyExists),
    "replace an account": Change(given=(registered,), call=called, again=VersionConflict),
    "replace an account with another spelling at hand": Change(
        given=(registered,),
        call=lambda table: DynamoDbAccountStore(table).replace(
            replace(CONFIRMED, email=EmailAddress("ADA@example.test")), expected=1, audit=sample_event(2, AuditAction.CONFIRMED)
        ),
        again=VersionConflict,
    ),
    "replace an account with an event": Change(given=(registered,), call=confirmed, again=VersionConflict),
    "create a session": Change(call=signed_in, again=AlreadyExists),
    "replace a session": Change(given=(signed_in,), call=rotated, again=VersionConflict),
    "replace a session with an event": Change(given=(signed_in,), call=signed_out, again=VersionConflict),
    "claim a key": Change(call=claimed, again=RequestInProgress),
    "claim a key whose lease is over": Change(given=(claimed,), call=lambda table: claimed(table, later=2), again=RequestInProgress),
    "keep an answer": Change(given=(claimed,), call=answered),
    "release a key": Change(given=(claimed,), call=released),
    "take the first": Change(call=taken(1), again=LimitExceeded),
    "take the last": Change(given=(taken(3), taken(3)), call=taken(3), again=LimitExceeded),
    "take one of many": Change(given=(taken(9), taken(9)), call=taken(9), counts=True),
}

REFUSED = {
    "begin a file that is there": Change(given=(begun,), call=begun),
    "begin beyond the plan": Change(
        given=(other_begun,), call=lambda table: DynamoDbFileCatalog(table).begin(PENDING, UPLOAD, Plan(max_bytes=105))
    ),
    "finish a completed upload": Change(given=(begun, finished), call=finished),
    "finish an aborted upload": Change(given=(begun, aborted), call=finished),
    "finish an earlier revision": Change(
        given=(begun, lambda table: DynamoDbFileCatalog(table).replace(replace(PENDING, revision=2), expected=1)), call=finished
    ),
    "abort a completed upload": Change(given=(begun, finished), call=aborted),
    "abort an aborted upload": Change(given=(begun, aborted), call=aborted),
    "replace an earlier revision": Change(given=(begun, finished, trashed), call=trashed),
    "replace a file that is gone": Change(call=trashed),
    "remove an earlier revision": Change(given=(begun, finished), call=lambda table: DynamoDbFileCatalog(table).remove(PENDING)),
    "remove a file that is gone": Change(call=removed),
    "mark_indexed an earlier revision": Change(given=(begun, finished, indexed(2)), call=indexed(1)),
    "create an account whose address is taken": Change(
        given=(registered,),
        call=lambda table: DynamoDbAccountStore(table).create(sample_account(2, email="ADA@example.test"), audit=sample_event(4)),
    ),
    "replace an earlier revision of an account": Change(given=(registered, called), call=called),
    "create a session that is there": Change(given=(signed_in,), call=signed_in),
    "replace an earlier revision of a session": Change(given=(signed_in, rotated), call=rotated),
    "replace an earlier revision of a session with an event": Change(given=(signed_in, rotated), call=signed_out),
    "replace a session that is gone": Change(call=rotated),
    "claim a key that is claimed": Change(given=(claimed,), call=claimed),
    "claim a key that is answered": Change(given=(claimed, answered), call=claimed),
    "claim a key of another request": Change(given=(claimed,), call=lambda table: claimed(table, replace(REQUEST, digest="other"))),
    "keep an answer to another request": Change(
        given=(claimed,), call=lambda table: DynamoDbIdempotencyStore(table).finish(replace(REQUEST, digest="other"), ANSWER)
    ),
    "release a key that is answered": Change(given=(claimed, answered), call=released),
    "take one too many": Change(given=(taken(1),), call=taken(1)),
}
"""Calls that change nothing, most of them by an error."""
