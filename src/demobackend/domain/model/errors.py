"""The error tree: every refusal and failure that a caller of the domain can meet.

::

    DomainError
    ├── InvalidInput            a value breaks a rule; names the field         (code given per rule)
    ├── Malformed               the request cannot be read at all              (code given per cause)
    ├── Unauthenticated         no valid proof of who is calling
    │   └── InvalidCredentials  wrong address or password
    ├── Forbidden               known caller, not allowed
    │   └── NotConfirmed        the address is not confirmed yet
    ├── NotFound                absent, or hidden from this caller
    ├── Conflict                the state does not allow it
    │   ├── AlreadyExists       somebody else was first
    │   ├── BytesMissing        complete before the bytes arrived
    │   ├── UploadAborted       the upload was aborted
    │   ├── UploadCompleted     the upload is complete
    │   ├── NotAvailable        the file is not in the status that this needs
    │   └── RequestInProgress   the same idempotency key is still at work
    ├── VersionConflict         somebody changed it since it was read
    ├── PreconditionRequired    a change needs If-Match
    ├── Refused                 well-formed and understood, yet not acceptable now
    │   ├── ChecksumMismatch    the stored bytes have another SHA-256
    │   ├── SizeMismatch        the stored bytes have another length
    │   ├── InvalidCode         wrong, used, expired, spent or unknown code
    │   └── IdempotencyMismatch the key was used with another request
    ├── TooLarge                beyond a fixed limit
    │   └── FileTooLarge        beyond the plan's size of one file
    ├── RangeNotSatisfiable     no such bytes in the object
    ├── LimitExceeded           too many calls; says when to come back
    │   └── Locked              too many wrong passwords or codes
    ├── InsufficientStorage     no room
    │   ├── QuotaExceeded       the owner's plan is full
    │   └── StorageFull         the machine's disk is full
    ├── Unavailable             a service did not answer in time; safe to try again
    └── Corrupt                 stored facts contradict each other; never served
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: `pointer` is an RFC 6901 JSON pointer (no `#`), `code` is stable, `detail` repeats no value."""

    pointer: str
    code: str
    detail: str


class DomainError(Exception):
    """Root of the tree. `code` is stable and public; `detail` is one sentence for a person and repeats no input."""

    code: ClassVar[str] = "failed"
    sentence: ClassVar[str] = "The operation failed."

    def __init__(self, detail: str | None = None) -> None:
        self.detail = self.sentence if detail is None else detail
        super().__init__(self.detail)


class InvalidInput(DomainError):
    """A value breaks a rule. `violations` names each field and rule; never empty."""

    code = "invalid_input"
    sentence = "The request holds values that break a rule."

    def __init__(self, *violations: Violation, detail: str | None = None) -> None:
        self.violations = violations
        if detail is None and len(violations) == 1:
            detail = violations[0].detail
        super().__init__(detail)

    @classmethod
    def at(cls, pointer: str, code: str, detail: str) -> "InvalidInput":
        """One violation."""
        return cls(Violation(pointer, code, detail))


class Malformed(DomainError):
    """The request cannot be read. `reason` is the stable code of the cause."""

    code = "malformed"
    sentence = "The request cannot be read."

    def __init__(self, reason: str = "malformed", detail: str | None = None, *, pointer: str | None = None) -> None:
        self.reason = reason
        self.pointer = pointer
        super().__init__(detail)


class Unauthenticated(DomainError):
    code = "unauthenticated"
    sentence = "A valid access token is needed."


class InvalidCredentials(Unauthenticated):
    code = "invalid_credentials"
    sentence = "The e-mail address or the password is wrong."


class Forbidden(DomainError):
    code = "forbidden"
    sentence = "You may not do this."


class NotConfirmed(Forbidden):
    code = "not_confirmed"
    sentence = "The e-mail address is not confirmed yet."


class NotFound(DomainError):
    code = "not_found"
    sentence = "There is nothing here."


class Conflict(DomainError):
    code = "conflict"
    sentence = "The present state does not allow this."


class AlreadyExists(Conflict):
    code = "already_exists"
    sentence = "It exists already."


class BytesMissing(Conflict):
    code = "bytes_missing"
    sentence = "The bytes have not arrived."


class UploadAborted(Conflict):
    code = "upload_aborted"
    sentence = "The upload was aborted."


class UploadCompleted(Conflict):
    code = "upload_completed"
    sentence = "The upload is complete."


class NotAvailable(Conflict):
    code = "not_available"
    sentence = "The file is not available."


class RequestInProgress(Conflict):
    code = "request_in_progress"
    sentence = "A request with this Idempotency-Key is still being carried out."


class VersionConflict(DomainError):
    code = "version_conflict"
    sentence = "It was changed since you read it."


class PreconditionRequired(DomainError):
    code = "precondition_required"
    sentence = "This change needs an If-Match header."


class Refused(DomainError):
    code = "refused"
    sentence = "This is not acceptable."


class ChecksumMismatch(Refused):
    code = "checksum_mismatch"
    sentence = "The stored bytes do not have the SHA-256 that was declared."


class SizeMismatch(Refused):
    code = "size_mismatch"
    sentence = "The stored bytes do not have the size that was declared."


class InvalidCode(Refused):
    code = "invalid_code"
    sentence = "The code is not valid."


class IdempotencyMismatch(Refused):
    code = "idempotency_key_reused"
    sentence = "This Idempotency-Key was used with another request."


class TooLarge(DomainError):
    code = "too_large"
    sentence = "The request is too large."


class FileTooLarge(TooLarge):
    code = "file_too_large"
    sentence = "The file is larger than your plan allows."


class RangeNotSatisfiable(DomainError):
    code = "range_not_satisfiable"
    sentence = "The object has no such bytes."


class LimitExceeded(DomainError):
    """Too many calls. `retry_after` says when the next one is taken."""

    code = "rate_limited"
    sentence = "Too many requests."

    def __init__(self, retry_after: timedelta, detail: str | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(detail)


class Locked(LimitExceeded):
    code = "locked"
    sentence = "Too many wrong passwords or codes."


class InsufficientStorage(DomainError):
    code = "insufficient_storage"
    sentence = "There is no room."


class QuotaExceeded(InsufficientStorage):
    code = "quota_exceeded"
    sentence = "Your plan has no room for this."


class StorageFull(InsufficientStorage):
    code = "storage_full"
    sentence = "The disk is full."


class Unavailable(DomainError):
    """A service did not answer in time. Trying again is safe; `retry_after` is advice."""

    code = "unavailable"
    sentence = "A service that this needs does not answer."

    def __init__(self, detail: str | None = None, *, retry_after: timedelta = timedelta(seconds=1)) -> None:
        self.retry_after = retry_after
        super().__init__(detail)


class Corrupt(DomainError):
    code = "corrupt"
    sentence = "Stored facts contradict each other."
