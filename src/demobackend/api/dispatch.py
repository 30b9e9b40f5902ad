"""From a raw request to a reply that is whole: the route, the operation, every error worded, the headers that all answers bear."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter_ns
from typing import Any

from demobackend.api.errors import Internal, NotAllowedHere, problem
from demobackend.api.gate import Gate
from demobackend.api.operation import AreaName, Operation
from demobackend.api.perform import perform
from demobackend.api.raw import RawRequest, Reply
from demobackend.domain.model.errors import DomainError, NotFound

_LOG = logging.getLogger("demobackend.requests")
_REQUEST_ID = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
EXPOSED = "ETag, Location, Retry-After, X-Request-Id, Idempotent-Replayed"
HSTS = "max-age=63072000; includeSubDomains"
_HSTS = ("strict-transport-security", HSTS)
_NOSNIFF = ("x-content-type-options", "nosniff")
_ASKABLE = "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Request-Id"

type AnyOperation = Operation[Any]  # operations of several areas stand side by side
type Methods = Mapping[str, AnyOperation]


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The API over its areas. One Lambda function holds one area, a server all of them."""

    gate: Gate
    areas: Mapping[AreaName, object]
    _made: Iterator[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # One identifier for the process and a count: a request id must tell requests apart, not be unguessable.
        object.__setattr__(self, "_made", map(f"{self.gate.ids.new()}.{{}}".format, count(1)))

    def __call__(self, methods: Methods | None, raw: RawRequest, request_id: str | None = None) -> Reply:
        """Answer a request to a path with these methods, or to none (404). Raises nothing.

        A driver that asked for the request's id hands it in. The answer to a HEAD is that to the GET it stands for: drivers leave
        the body out, and say its length where they say lengths.
        """
        started = perf_counter_ns()
        request_id = request_id or self.request_id(raw.headers)
        operation: AnyOperation | None = None
        try:
            reply = _preflight(self.gate.rules.cors_origins, methods, raw)
            if reply is None:
                operation = _chosen(methods, raw)
                reply = perform(self.gate, self.areas[operation.area], operation, raw)
        except DomainError as error:
            reply = problem(error, path=raw.path, request_id=request_id)
        except Exception:  # noqa: BLE001 - the last line: a bug of ours is answered as a problem, logged, and harms no other request
            reply = _failed(raw.path, request_id)
        log_request(raw.method, request_id, operation.name if operation else None, reply.status, started=started)
        return self._finished(reply, raw, request_id, operation)

    def refuse(self, error: DomainError, raw: RawRequest, request_id: str | None = None) -> Reply:
        """Word a refusal that a driver met beside `__call__`, such as a head too large or an operation too slow. Raises nothing."""
        request_id = request_id or self.request_id(raw.headers)
        return self._beside(problem(error, path=raw.path, request_id=request_id), raw, request_id)

    def fail(self, raw: RawRequest, request_id: str | None = None) -> Reply:
        """Word a bug of ours that a driver met; called while its exception is handled, which is logged. Raises nothing."""
        request_id = request_id or self.request_id(raw.headers)
        return self._beside(_failed(raw.path, request_id), raw, request_id)

    def _beside(self, reply: Reply, raw: RawRequest, request_id: str) -> Reply:
        log_request(raw.method, request_id, None, reply.status, started=perf_counter_ns())
        return self._finished(reply, raw, request_id, None)

    def request_id(self, headers: Mapping[str, Sequence[str]]) -> str:
        """The caller's request id when it is a sane one, given once; else a new one. Raises nothing."""
        given = headers.get("x-request-id", ())
        if len(given) == 1 and 1 <= len(given[0]) <= 128 and _REQUEST_ID.issuperset(given[0]):
            return given[0]
        return next(self._made)

    def _finished(self, reply: Reply, raw: RawRequest, request_id: str, operation: AnyOperation | None) -> Reply:
        rules = self.gate.rules
        caching = operation.cache_control if operation is not None and reply.status < 400 else "no-store"
        headers = (*reply.headers, ("x-request-id", request_id), _NOSNIFF, ("cache-control", caching))
        if rules.hsts:
            headers += (_HSTS,)
        if rules.cors_origins:
            headers += _cors(rules.cors_origins, raw)
        return Reply(reply.status, headers, reply.body)


def log_request(method: str, request_id: str, operation: str | None, status: int | None, *, started: int) -> None:
    """Write a request's line. `status` is None for one that got no answer, `started` what `perf_counter_ns` said as work on it began."""
    if _LOG.isEnabledFor(logging.INFO):
        facts = {
            "request_id": request_id,
            "method": method,
            "operation": operation,
            "status": status,
            "microseconds": (perf_counter_ns() - started) // 1000,
        }
        _LOG.info("request", extra=facts)


def operation_for(method: str, methods: Methods) -> AnyOperation | None:
    """What a method asks of a path: HEAD what GET does. None where there is no such operation."""
    return methods.get("GET" if method == "HEAD" else method)


def _failed(path: str, request_id: str) -> Reply:
    _LOG.exception("failed", extra={"request_id": request_id, "path": path})
    return problem(Internal(), path=path, request_id=request_id)


def _chosen(methods: Methods | None, raw: RawRequest) -> AnyOperation:
    if methods is None:
        raise NotFound
    operation = operation_for(raw.method, methods)
    if operation is None:
        allow = sorted({*methods, "HEAD"} if "GET" in methods else methods)
        raise NotAllowedHere(tuple(allow))
    return operation


def _preflight(origins: frozenset[str], methods: Methods | None, raw: RawRequest) -> Reply | None:
    """The answer to a CORS preflight for a known path from an allowed origin; any other OPTIONS is a method like others."""
    if raw.method != "OPTIONS" or methods is None or raw.header("origin") not in origins:
        return None
    if "access-control-request-method" not in raw.headers:
        return None
    allow = ", ".join(sorted(methods))
    return Reply(
        204,
        (
            ("access-control-allow-methods", allow),
            ("access-control-allow-headers", _ASKABLE),
            ("access-control-max-age", "600"),
        ),
    )


def _cors(origins: frozenset[str], raw: RawRequest) -> tuple[tuple[str, str], ...]:
    origin = raw.header("origin")
    if origin is None or origin not in origins:
        return (("vary", "Origin"),)
    return (("vary", "Origin"), ("access-control-allow-origin", origin), ("access-control-expose-headers", EXPOSED))
