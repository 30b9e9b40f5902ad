"""Requests of every kind: operations that are there, with parts that fit, and with parts that nobody would send on purpose."""

import json
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from tests.api.sameness.beginnings import OWN_FILES

from demobackend.api.operation import Operation
from demobackend.api.operations.table import OPERATIONS
from demobackend.testing.gateway import RawHttpRequest

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get")
FILES = ("file", "pending", "trashed", "aborted", "eve_file", *(f"file_{number}" for number in range(1, OWN_FILES + 1)))
UPLOADS = ("upload", "aborted_upload", "file")
FIELDS = ("email", "password", "display_name", "code", "refresh_token", "name", "size", "media_type", "sha256", "tags", "description")
PARAMETERS = ("limit", "cursor", "order", "status", "tag", "name_prefix", "q", "scope", "created_after", "media_type", "version")
TELLING = (
    *("", "1", "0", "101", "-1", "name", "-created_at", "available", "mine", "attachment", "herons", '"seventeen herons"', "tag 1"),
    *("<cursor>", "<other_cursor>", "<search_cursor>", "<spare>", "2026-01-01T12:00:00Z", "correct horse battery"),
    *("ada@example.test", "new@example.test", "text/plain", "../x", "\0", "\u202e", "é", "🦩"),
)

QUERIES = (
    (("search",), "q=herons"),
    (("search",), "q=%22seventeen+herons%22&limit=2&scope=mine"),
    (("search",), "q=herons&limit=2&cursor=<search_cursor>"),
    (("list_files",), "limit=2"),
    (("list_files",), "order=name&tag=birds&status=available"),
    (("list_files",), "cursor=<cursor>&limit=3"),
    (("download", "download_link"), "disposition=inline"),
    (("download", "download_link"), "version=1"),
)
_SAFE = "!$&'()*+,-./0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~%"
_TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
_FIELD_VALUE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=20)


def _escaped() -> st.SearchStrategy[str]:
    """Text as it may stand in a target: escaped as it should be, escaped bytes of any kind, or signs as they come."""
    telling = st.sampled_from(TELLING).map(lambda text: text if text.startswith("<") else quote(text, safe=""))
    octets = st.binary(max_size=6).map(lambda some: "".join(f"%{octet:02X}" for octet in some))
    return st.one_of(telling, _TEXT.map(lambda text: quote(text, safe="")), octets, st.text(_SAFE, max_size=8))


_ADDRESSES = st.sampled_from(["ada@example.test", "eve@example.test", "unconfirmed@example.test", "new@example.test"])
VALUES: dict[str, st.SearchStrategy[object]] = {
    "email": _ADDRESSES,
    "password": st.sampled_from(["correct horse battery", "correct horse batterx"]),
    "display_name": _TEXT,
    "code": st.sampled_from(["000000", "123456"]),
    "refresh_token": st.sampled_from(["<spare>", "x"]),
    "name": _TEXT,
    "size": st.integers(-1, 2**34),
    "media_type": st.sampled_from(["text/plain", "text/plain; charset=utf-8"]),
    "sha256": st.sampled_from(["0" * 64, "A" * 64]),
    "tags": st.lists(_TEXT, max_size=3),
    "description": _TEXT,
    "parts": st.sampled_from([[], [{"number": 1, "etag": "a"}]]),
}


def _one_in(draw: st.DrawFn, many: int) -> bool:
    return draw(st.integers(1, many)) == many


@st.composite
def _routes(draw: st.DrawFn, operation: Operation[Any]) -> tuple[str, str]:
    """The operation's method and path; now and then another method, a segment more, or a path that nobody knows."""
    method = draw(st.sampled_from(METHODS)) if _one_in(draw, 8) else operation.method
    if _one_in(draw, 12):
        return method, "/" + "/".join(draw(st.lists(_escaped(), max_size=4)))
    segments = [_parameter(draw, segment) if segment.startswith("{") else segment for segment in operation.path.split("/")]
    if _one_in(draw, 12):
        segments.append(draw(st.sampled_from(["", "more", "%2F", ".."])))
    return method, "/".join(segments)


def _parameter(draw: st.DrawFn, segment: str) -> str:
    if _one_in(draw, 5):
        return draw(_escaped())
    return f"<{draw(st.sampled_from(FILES if segment == '{file_id}' else UPLOADS))}>"


@st.composite
def _queries(draw: st.DrawFn, operation: Operation[Any]) -> str:
    """What the operation asks for; now and then what it does not."""
    if operation.query is None and not _one_in(draw, 8):
        return ""
    if operation.query is not None and not _one_in(draw, 3):
        return draw(st.sampled_from([query for query in QUERIES if operation.name in query[0]]))[1]
    name = st.one_of(*[st.sampled_from(PARAMETERS)] * 4, _escaped())
    pair = st.tuples(name, st.sampled_from(["=", "=", "=", ""]), _escaped()).map("".join)
    return "&".join(draw(st.lists(pair, max_size=3)))


def _values() -> st.SearchStrategy[object]:
    numbers = st.one_of(st.integers(), st.floats(), st.sampled_from([5, 2**53, 10**30]))
    leaves: st.SearchStrategy[object] = st.one_of(st.none(), st.booleans(), numbers, st.sampled_from(TELLING), st.text(max_size=12))
    return st.recursive(
        leaves, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4))
    )


@st.composite
def _likely(draw: st.DrawFn, operation: Operation[Any]) -> dict[str, object]:
    """The fields that the operation takes, most of them with a value that it may take."""
    fields = operation.body.model_fields if operation.body is not None else {}
    return {name: draw(st.one_of(*[VALUES[name]] * 3, st.sampled_from(TELLING))) for name in fields if not _one_in(draw, 6)}


@st.composite
def _bodies(draw: st.DrawFn, operation: Operation[Any]) -> bytes:
    """JSON, JSON with some bytes of it exchanged, or any bytes."""
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return draw(st.binary(max_size=40))
    value = draw(_likely(operation) if kind < 7 else _values())
    body = json.dumps(value, ensure_ascii=draw(st.booleans())).encode(errors="surrogatepass")
    if kind == 9:
        place = draw(st.integers(0, len(body)))
        body = body[:place] + draw(st.binary(max_size=3)) + body[place + draw(st.integers(0, 2)) :]
    return body


@st.composite
def _headers(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    """Mostly what a client would send; now and then something else, or twice."""
    likely = [("X-Request-Id", "any"), ("Authorization", "Bearer <token>"), ("Content-Type", "application/json")]
    headers = [header for header in likely if draw(st.integers(0, 9)) < 9]
    tag = st.sampled_from(["*", "*", "<etag>", 'W/<etag>, "7"', '"1", "2", "3"', '"', ""])
    other = st.one_of(
        st.tuples(st.sampled_from(["If-Match", "if-none-match"]), tag),
        st.tuples(st.just("Idempotency-Key"), st.sampled_from(["a", "b", "c d", ""])),
        st.tuples(st.just("Origin"), st.sampled_from(["https://app.example.test", "https://evil.example.test"])),
        st.tuples(st.sampled_from(["Access-Control-Request-Method", "Content-Encoding", "X-Forwarded-For", "Cookie"]), _FIELD_VALUE),
        st.tuples(st.sampled_from(["authorization", "content-type", "x-request-id", "X-Other"]), _FIELD_VALUE),
    )
    return tuple(draw(st.permutations([*headers, *draw(st.lists(other, max_size=2))])))


@st.composite
def requests(draw: st.DrawFn) -> RawHttpRequest:
    """Any request whose framing is sound."""
    operation = draw(st.sampled_from(OPERATIONS))
    (method, path), query = draw(_routes(operation)), draw(_queries(operation))
    body = b"" if operation.body is None and not _one_in(draw, 6) else draw(_bodies(operation))
    return RawHttpRequest(method=method, target=f"{path}?{query}" if query else path, headers=draw(_headers()), body=body)
