"""REST API proxy events (Amazon API Gateway, payload format 1.0) to raw requests, and replies to proxy answers.

The gateway names the route (`resource`), so this driver needs a dictionary and no router. `path` and `pathParameters` arrive
still percent-encoded and are decoded here, once; the query arrives decoded. Header names come in any case, and one header in two
cases comes as two headers.
"""

import base64
import logging
from collections.abc import Callable, Mapping
from typing import NotRequired, TypedDict
from urllib.parse import unquote

from demobackend.api.dispatch import Dispatch, Methods
from demobackend.api.errors import Internal
from demobackend.api.raw import RawRequest, Reply
from demobackend.domain.model.errors import Malformed
from demobackend.ports.clock import Clock
from demobackend_lambda.caller_context import caller_of

_LOG = logging.getLogger("demobackend.lambda")


class Identity(TypedDict):
    """Who the gateway saw; the address is the peer's own, whatever `X-Forwarded-For` says."""

    sourceIp: str


class RequestContext(TypedDict):
    """What the gateway knows of the request itself; `authorizer` is what our authorizer told it, where one stands in front."""

    identity: Identity
    authorizer: NotRequired[Mapping[str, str] | None]


class Headers(TypedDict):
    """The headers of an event, twice. The single-valued map holds the last value of each name."""

    headers: Mapping[str, str] | None
    multiValueHeaders: Mapping[str, list[str]] | None


class RestApiEvent(Headers):
    """What we read of a proxy event. The single-valued maps hold the last value of each name."""

    resource: str
    path: str
    httpMethod: str
    queryStringParameters: Mapping[str, str] | None
    multiValueQueryStringParameters: Mapping[str, list[str]] | None
    pathParameters: Mapping[str, str] | None
    requestContext: RequestContext
    body: str | None
    isBase64Encoded: bool


class ProxyAnswer(TypedDict):
    """What the gateway turns into an HTTP response."""

    statusCode: int
    multiValueHeaders: dict[str, list[str]]
    body: str
    isBase64Encoded: bool


type RestApiHandler = Callable[[RestApiEvent, object], ProxyAnswer]


def rest_api_handler(dispatch: Dispatch, routes: Mapping[str, Methods]) -> RestApiHandler:
    """Serve these routes. A resource that is none of them, such as `/{proxy+}`, is an unknown path.

    An operation of an area that is not built here came to the wrong function: it is answered 500, and the log says so.
    """

    def handle(event: RestApiEvent, _context: object) -> ProxyAnswer:
        try:
            body = _body(event)
            raw = _raw_request(event, body or b"", dispatch.gate.clock)
            methods = _methods(routes, event)
        except (KeyError, TypeError, AttributeError) as error:
            _LOG.error("not a REST API proxy event", extra={"cause": repr(error)})
            return _answer(dispatch.refuse(Internal("The request did not reach us whole."), _UNREADABLE))
        if body is None:
            reply = dispatch.refuse(Malformed("invalid_body", "The body is not encoded as it claims to be."), raw)
        else:
            reply = dispatch(methods, raw)
        return _answer(reply._replace(body=b"") if raw.method == "HEAD" else reply)

    return handle


_UNREADABLE = RawRequest(method="GET", path="/", path_parameters={}, query=(), headers={}, body=b"", network="")


def _raw_request(event: RestApiEvent, body: bytes, clock: Clock) -> RawRequest:
    context = event["requestContext"]
    told = context.get("authorizer")
    return RawRequest(
        event["httpMethod"],
        unquote(event["path"]),
        {name: unquote(value) for name, value in (event.get("pathParameters") or {}).items()},
        _query(event),
        headers_of(event),
        body,
        context["identity"]["sourceIp"],
        None if told is None else caller_of(told, at=clock.now()),
    )


def _query(event: RestApiEvent) -> list[tuple[str, str]]:
    several = event.get("multiValueQueryStringParameters")
    if several is None:
        return list((event.get("queryStringParameters") or {}).items())
    return [(name, value) for name, values in several.items() for value in values]


def headers_of(event: Headers) -> dict[str, list[str]]:
    """Every value of each header, names in lower case."""
    several = event.get("multiValueHeaders")
    if several is None:
        several = {name: [value] for name, value in (event.get("headers") or {}).items()}
    headers = {name.lower(): values for name, values in several.items()}
    if len(headers) < len(several):  # one header in two cases
        headers = {lower: [] for lower in headers}
        for name, values in several.items():
            headers[name.lower()] += values
    return headers


def _body(event: RestApiEvent) -> bytes | None:
    """The body's bytes; None when they cannot be told."""
    body = event.get("body")
    if not body:
        return b""
    try:
        return base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except ValueError:  # no base64, or text that no UTF-8 can say
        return None


def _methods(routes: Mapping[str, Methods], event: RestApiEvent) -> Methods | None:
    """The gateway takes `/v1/files/` for `/v1/files`; the contract does not."""
    return None if event["path"].endswith("/") else routes.get(event["resource"])


def _answer(reply: Reply) -> ProxyAnswer:
    headers: dict[str, list[str]] = {}
    for name, value in reply.headers:
        headers.setdefault(name, []).append(value)
    try:
        body, encoded = reply.body.decode(), False
    except UnicodeDecodeError:
        body, encoded = base64.b64encode(reply.body).decode(), True
    return {"statusCode": reply.status, "multiValueHeaders": headers, "body": body, "isBase64Encoded": encoded}
