"""A row of the corpus: a raw request, what the contract says of it, and what must have happened before."""

from dataclasses import dataclass

from demobackend.testing.gateway import RawHttpRequest

ADA = "Authorization: Bearer <token>"
JSON = "Content-Type: application/json"


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
