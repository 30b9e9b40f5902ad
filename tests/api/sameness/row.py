"""A row of the corpus: a raw request, what the contract says of it, and what must have happened before."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from demobackend.testing.gateway import RawHttpRequest

ADA = "Authorization: Bearer <token>"
JSON = "Content-Type: application/json"
_PLACEHOLDER = re.compile(r"<([a-z_0-9]+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`status` and, for a problem, its `code`, as http-api.md has them; None where the answer is no problem."""

    name: str
    request: RawHttpRequest
    status: int
    code: str | None = None
    before: "Row | None" = None


def row(
    name: str,
    request_line: str,
    status: int,
    code: str | None = None,
    *headers: str,
    body: str | bytes = b"",
    before: Row | None = None,
) -> Row:
    """A row of `METHOD target` and `Name: value` lines, sent with a fixed request id unless it names one. Text is sent as UTF-8."""
    method, _, target = request_line.partition(" ")
    fields = [_field(line) for line in headers]
    if not any(field.lower() == "x-request-id" for field, _ in fields):
        fields.append(("X-Request-Id", "row"))
    octets = body.encode() if isinstance(body, str) else body
    request = RawHttpRequest(method=method, target=target, headers=tuple(fields), body=octets)
    return Row(name=name, request=request, status=status, code=code, before=before)


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.removeprefix(" ")


def filled(request: RawHttpRequest, names: Mapping[str, str]) -> RawHttpRequest:
    """The request with what the names in angle brackets stand for; a name that nobody gave stays."""

    def put_in(text: str) -> str:
        return _PLACEHOLDER.sub(lambda match: names.get(match[1], match[0]), text) if "<" in text else text

    return RawHttpRequest(
        method=request.method,
        target=put_in(request.target),
        headers=tuple((name, put_in(value)) for name, value in request.headers),
        body=put_in(request.body.decode("latin-1")).encode("latin-1"),
    )
