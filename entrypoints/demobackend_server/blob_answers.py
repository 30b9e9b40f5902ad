"""What every answer about bytes bears, and refusals in Amazon S3's statuses and code words."""

import json
from collections.abc import Iterable
from urllib.parse import quote

from demobackend.adapters.signed_urls import CHECKSUM_HEADER, Refusal
from demobackend.api.codes import Code
from demobackend.api.dispatch import Dispatch
from demobackend.api.errors import PROBLEM_JSON
from demobackend.api.raw import Reply
from demobackend.domain.model import errors
from demobackend.domain.model.errors import DomainError
from demobackend_server.exchange import Exchange

ALLOW = "GET, HEAD, PUT"
_EXPOSED = "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, X-Request-Id"
_ASKABLE = f"Content-Type, If-Match, If-None-Match, If-Range, Range, X-Request-Id, {CHECKSUM_HEADER}"
_S3_WORDS: tuple[tuple[type[DomainError], str], ...] = (
    (errors.AlreadyExists, "PreconditionFailed"),
    (errors.ChecksumMismatch, "BadDigest"),
    (errors.SizeMismatch, "IncompleteBody"),
    (errors.Malformed, "InvalidRequest"),
    (errors.NotFound, "NoSuchKey"),
    (errors.RangeNotSatisfiable, "InvalidRange"),
    (errors.StorageFull, "InsufficientStorage"),
    (errors.Unavailable, "ServiceUnavailable"),
    (DomainError, "InternalError"),
)
S3_CODES = {
    code.word: code
    for code in (
        Code("AccessDenied", 403, "The address is not signed as it must be, or its time is over."),
        Code("BadDigest", 400, "The bytes do not have the SHA-256 that was signed."),
        Code("IncompleteBody", 400, "The bytes do not have the length that was signed."),
        Code("InsufficientStorage", 507, "The disk is full."),
        Code("InternalError", 500, "A fault of ours."),
        Code("InvalidRange", 416, "The object has no such bytes."),
        Code("InvalidRequest", 400, "The request cannot be read."),
        Code("MethodNotAllowed", 405, "This method is not allowed here."),
        Code("MissingContentLength", 411, "An upload must say its length in one Content-Length."),
        Code("NoSuchKey", 404, "There is nothing here."),
        Code("PreconditionFailed", 412, "Bytes were stored under this key before."),
        Code("ServiceUnavailable", 503, "A service that this needs does not answer."),
        Code("SignatureDoesNotMatch", 403, "The method, the address or a signed header is not what was signed."),
    )
}


class MethodNotAllowed(Refusal):
    """405: bytes are only put and got."""

    def __init__(self) -> None:
        super().__init__(405, "MethodNotAllowed")


def _code_of(error: Refusal | DomainError) -> Code:
    word = error.code if isinstance(error, Refusal) else next(word for kind, word in _S3_WORDS if isinstance(error, kind))
    return S3_CODES[word]


class BlobAnswers:
    """Completes answers about bytes with a request id, CORS and the headers that keep stored bytes from acting as a page."""

    def __init__(self, dispatch: Dispatch) -> None:
        self._origins = dispatch.gate.rules.cors_origins

    def complete(self, exchange: Exchange, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """All headers of an answer that has these of its own."""
        return [*headers, *self._common(exchange)]

    def refused(self, exchange: Exchange, error: Refusal | DomainError, headers: Iterable[tuple[str, str]] = ()) -> Reply:
        """The whole answer to a refusal, with these headers of its own."""
        code, status, sentence = _code_of(error)
        document = {
            "type": f"/docs/errors#{code}",
            "title": sentence,
            "status": status,
            "detail": sentence,
            "instance": quote(exchange.raw_path, safe="/:@!$&'()*+,;=~-._%"),
            "code": code,
            "request_id": exchange.request_id,
        }
        own = [*headers, ("content-type", PROBLEM_JSON)]
        if status == 405:
            own.append(("allow", ALLOW))
        if status == 503:
            own.append(("retry-after", "1"))
        return Reply(status, (*own, *self._common(exchange)), json.dumps(document, separators=(",", ":")).encode())

    def preflight(self, exchange: Exchange) -> Reply | None:
        """The answer to a CORS preflight from a configured origin; None for any other request."""
        if exchange.method != "OPTIONS" or "access-control-request-method" not in exchange.headers or self._origin(exchange) is None:
            return None
        allowed = [
            ("access-control-allow-methods", ALLOW),
            ("access-control-allow-headers", _ASKABLE),
            ("access-control-max-age", "600"),
        ]
        return Reply(204, tuple(self.complete(exchange, allowed)))

    def _origin(self, exchange: Exchange) -> str | None:
        given = exchange.headers.get("origin", ())
        return given[0] if len(given) == 1 and given[0] in self._origins else None

    def _common(self, exchange: Exchange) -> list[tuple[str, str]]:
        headers = [
            ("x-request-id", exchange.request_id),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("cache-control", "private"),
        ]
        if self._origins:
            headers.append(("vary", "Origin"))
            origin = self._origin(exchange)
            if origin is not None:
                headers += [("access-control-allow-origin", origin), ("access-control-expose-headers", _EXPOSED)]
        return headers
