"""An Amazon API Gateway REST API in front of a Lambda function, as far as a proxy integration shows: a raw request becomes an
event (payload format 1.0), the function's answer becomes a response.

What is emulated was taken from recorded events of the real service. The route is matched on the path as it came, segment by
segment, literals before parameters, `/{proxy+}` last; a trailing slash is overlooked. `path` and `pathParameters` stay
percent-encoded; query names and values are decoded once, `+` to a blank, and grouped by name. Header names keep their case, and
`Connection` and `Content-Length` do not get through. With `binary` every body is base64, as with the binary media type `*/*`;
without, a body is text, and what is not UTF-8 is lost.

Left out is what the gateway does by itself before or after a function: its own refusals (`DeployedApi` has those that are documented),
request lines that are no HTTP, the headers that it and Amazon CloudFront add, and those that it renames
(`x-amzn-remapped-www-authenticate`).
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote, unquote_plus

_DROPPED = frozenset({"connection", "content-length"})
_REST = "/{proxy+}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawHttpRequest:
    """A request before anybody read it. `target` is the path and query of the request line, in ASCII; a character of a header
    value is one byte."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawHttpAnswer:
    """A response; header names in lower case, repeated ones as often as they came."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class RestApi:
    """Builds events for the resources of one API, whose templates name their parameters in braces."""

    def __init__(self, resources: Iterable[str], *, binary: bool = True, stage: str = "live") -> None:
        # Literals sort before parameters, so the first template that fits is the gateway's choice.
        self._resources = sorted(resources, key=lambda template: [segment.startswith("{") for segment in template.split("/")])
        self._binary = binary
        self._stage = stage

    def event(
        self,
        request: RawHttpRequest,
        *,
        source_ip: str = "127.0.0.1",
        request_id: str = "00000000",
        authorizer: Mapping[str, str] | None = None,
    ) -> dict[str, object]:
        """The event that a function is invoked with; JSON in and out leaves it as it is. `authorizer` is what one told of it."""
        path, _, query = request.target.partition("?")
        resource, parameters = self._route(path)
        headers = _grouped((name, value.strip(" \t")) for name, value in request.headers if name.lower() not in _DROPPED)
        asked = _grouped(_pairs(query))
        body, is_base64 = self._body(request.body)
        return {
            "resource": resource,
            "path": path,
            "httpMethod": request.method,
            "headers": _last(headers),
            "multiValueHeaders": headers or None,
            "queryStringParameters": _last(asked),
            "multiValueQueryStringParameters": asked or None,
            "pathParameters": parameters or None,
            "stageVariables": None,
            "requestContext": {
                **({} if authorizer is None else {"authorizer": dict(authorizer)}),
                "accountId": "000000000000",
                "apiId": "local",
                "httpMethod": request.method,
                "identity": {"sourceIp": source_ip, "user": None, "userAgent": None},
                "path": f"/{self._stage}{path}",
                "protocol": "HTTP/1.1",
                "requestId": request_id,
                "resourcePath": resource,
                "stage": self._stage,
            },
            "body": body,
            "isBase64Encoded": is_base64,
        }

    def _route(self, path: str) -> tuple[str, dict[str, str]]:
        segments = path.rstrip("/").split("/")
        for template in self._resources:
            parameters = _parameters(template.split("/"), segments)
            if parameters is not None:
                return template, parameters
        return (_REST, {"proxy": path[1:]}) if len(path) > 1 else ("/", {})

    def _body(self, body: bytes) -> tuple[str | None, bool]:
        if not body:
            return None, False
        if self._binary:
            return base64.b64encode(body).decode(), True
        return body.decode(errors="replace"), False


def answer_of(result: object) -> RawHttpAnswer:
    """The response that the gateway makes of a function's result. Raises `ValueError` for what it would answer 502 to."""
    if not isinstance(result, Mapping) or not isinstance(result.get("statusCode"), int):
        raise ValueError("not a proxy answer")
    several = cast(Mapping[str, list[str]], result.get("multiValueHeaders") or {})
    single = cast(Mapping[str, str], result.get("headers") or {})
    headers = [(name.lower(), value) for name, values in several.items() for value in values]
    headers.extend((name.lower(), value) for name, value in single.items() if name not in several)
    text = cast(str, result.get("body") or "")
    body = base64.b64decode(text, validate=True) if result.get("isBase64Encoded") else text.encode()
    return RawHttpAnswer(status=cast(int, result["statusCode"]), headers=tuple(headers), body=body)


def _parameters(template: list[str], segments: list[str]) -> dict[str, str] | None:
    if len(template) != len(segments):
        return None
    parameters: dict[str, str] = {}
    for wanted, given in zip(template, segments, strict=True):
        if wanted.startswith("{") and given:
            parameters[wanted[1:-1]] = given
        elif wanted != unquote(given):
            return None
    return parameters


def _pairs(query: str) -> Iterable[tuple[str, str]]:
    """Names and values, decoded once as UTF-8 with replacement."""
    parts = (part.partition("=") for part in query.split("&") if part)
    return ((unquote_plus(name, errors="replace"), unquote_plus(value, errors="replace")) for name, _, value in parts)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups


def _last(groups: Mapping[str, list[str]]) -> dict[str, str] | None:
    return {name: values[-1] for name, values in groups.items()} or None
