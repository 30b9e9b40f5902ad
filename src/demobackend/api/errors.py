"""Domain errors as HTTP: the status of each, and the problem+json body (RFC 9457)."""

import json
import math
from urllib.parse import quote

from demobackend.api.raw import Reply
from demobackend.domain.model import errors
from demobackend.domain.model.errors import DomainError

STATUS: dict[type[BaseException], int] = {
    errors.InvalidInput: 422,
    errors.Malformed: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.VersionConflict: 412,
    errors.PreconditionRequired: 428,
    errors.Refused: 422,
    errors.TooLarge: 413,
    errors.RangeNotSatisfiable: 416,
    errors.LimitExceeded: 429,
    errors.InsufficientStorage: 507,
    errors.Unavailable: 503,
    errors.Corrupt: 500,
    DomainError: 500,
}
TITLES = {
    400: "Malformed request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Unsupported media type",
    416: "Range not satisfiable",
    422: "Invalid input",
    428: "Precondition required",
    429: "Too many requests",
    431: "Headers too large",
    500: "Internal error",
    503: "Not available",
    507: "No room",
}
PROBLEM_JSON = "application/problem+json"
GENERIC = frozenset({"required", "unknown_field", "wrong_type", "invalid_value", "null_not_allowed"})  # say nothing without a field


class NotAllowedHere(DomainError):
    """The path exists, the method does not. `allow` lists those that do."""

    code = "method_not_allowed"
    sentence = "This method is not allowed here."

    def __init__(self, allow: tuple[str, ...]) -> None:
        self.allow = allow
        super().__init__()


class UnsupportedMediaType(DomainError):
    """The body is not JSON by its name, or is encoded."""

    code = "unsupported_media_type"
    sentence = "A body must be application/json, in UTF-8, without Content-Encoding."


class HeadTooLarge(DomainError):
    """The request line and headers are longer than Amazon API Gateway takes."""

    code = "headers_too_large"
    sentence = "The request line and headers are too long."


class Internal(DomainError):
    """What nobody foresaw: a bug of ours."""

    code = "internal"
    sentence = "A fault of ours; the request id finds it in our log."


_STATUSES: dict[type[BaseException], int] = {**STATUS, NotAllowedHere: 405, UnsupportedMediaType: 415, HeadTooLarge: 431}


def status_of(error: DomainError) -> int:
    """The status of the nearest class in the error's tree."""
    return status_of_kind(type(error))


def status_of_kind(error: type[DomainError]) -> int:
    """The status of every error of this class."""
    return next(status for kind in error.__mro__ if (status := _STATUSES.get(kind)))


def problem(error: DomainError, *, path: str, request_id: str) -> Reply:
    """The whole answer to an error; nothing of the request but its path is repeated."""
    status = status_of(error)
    code = error.reason if isinstance(error, errors.Malformed) else error.code
    document: dict[str, object] = {
        "type": f"/docs/errors#{code}",
        "title": TITLES[status],
        "status": status,
        "detail": error.detail,
        "instance": quote(path, safe="/:@!$&'()*+,;=~-._", errors="replace"),
        "code": code,
        "request_id": request_id,
    }
    if isinstance(error, errors.InvalidInput):
        document["errors"] = [{"pointer": v.pointer, "code": v.code, "detail": v.detail} for v in error.violations]
        if len(error.violations) == 1 and error.violations[0].code not in GENERIC:
            document["code"] = error.violations[0].code
            document["type"] = f"/docs/errors#{error.violations[0].code}"
    headers = (("content-type", PROBLEM_JSON), *_headers(error))
    return Reply(status, headers, json.dumps(document, separators=(",", ":")).encode())


def _headers(error: DomainError) -> tuple[tuple[str, str], ...]:
    if isinstance(error, errors.InvalidCredentials):
        return (("www-authenticate", "Bearer"),)
    if isinstance(error, errors.Unauthenticated):
        return (("www-authenticate", 'Bearer error="invalid_token"'),)
    if isinstance(error, NotAllowedHere):
        return (("allow", ", ".join(error.allow)),)
    if isinstance(error, errors.LimitExceeded | errors.Unavailable):
        return (("retry-after", str(max(1, math.ceil(error.retry_after.total_seconds())))),)
    return ()
