"""Raw requests by the thousand: operations that are there, with parts that fit and parts that nobody would send on purpose."""

import json
import string
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

from tests.api.fuzz.known import ADA, MARKER, Known

from demobackend.api.operation import Operation
from demobackend.api.operations.table import OPERATIONS
from demobackend.api.raw import MAX_BODY_BYTES, RawRequest, query_pairs
from demobackend.testing.client import match
from demobackend.testing.people import PASSWORD

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get", "")
JUNK = (
    *("", " ", "x", "..", "../../etc/passwd", "%", "%2e%2e", "\0", "a\0b", "\u202e", "é", "e\u0301", "🦩" * 70, "a" * 5000, "null", "-1"),
    *("0", "101", "9" * 40, "1e9", "٣", "NaN", "true", "<script>", "'; DROP TABLE files; --", '"', "*", "-", "name:", 'tag:"', '-"a b"'),
    *("2026-01-01T12:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "01900000-0000-7000-8000-000000000000"),
    *("01900000000070008000000000000000", "{01900000-0000-7000-8000-000000000000}", "\ufffd", "\x7f", "\u2028"),
)
NUMBERS: tuple[object, ...] = (0, 1, -1, 5, 2**31, 2**53 + 1, 2**63, -(2**64), 10**400, 0.5, -0.0, 1e308, 5e-324)
# JSON that Python would not write: numbers beyond bounds, lone surrogates, one name twice, no value at all.
SPELLINGS = ("1e999", "-1e400", "NaN", "-Infinity", '"\\ud800"', '"\\udfff\\ud800"', '"\\u0000"', "9" * 6000, "01", "+1", "'x'", "tru", "")
LIKELY: dict[str, Sequence[object]] = {
    "email": (ADA, "new@example.test", "newer@example.test", "no address", "a@b"),
    "password": (PASSWORD, "correct horse batterx", "short"),
    "display_name": ("Ada", None, ""),
    "code": ("000000", "123456", "x"),
    "name": ("heron.txt", "../x", "e\u0301.txt", "CON"),
    "size": (0, 5, 37, 2**40, -1),
    "media_type": ("text/plain", "text/plain; charset=utf-8", "text", "application/pdf"),
    "sha256": ("0" * 64, "A" * 64, None, 5),
    "tags": ([], ["birds"], ["birds", "birds"], ["x"] * 100, "birds"),
    "description": ("On the estuary.", None, "\u202e"),
    "parts": ([], [{"number": 1, "etag": "a"}], [{}]),
}
QUERIES: dict[str, Sequence[str]] = {
    "limit": ("1", "2", "100"),
    "order": ("name", "-created_at", "created_at"),
    "status": ("available", "pending", "trashed", "quarantined"),
    "tag": ("birds", MARKER, "heron"),
    "name_prefix": ("heron", MARKER),
    "q": ("heron", MARKER, '"seventeen herons"', "her*", "-heron", "name:heron", f"tag:{MARKER}", f"{MARKER}*", '"', "-", "a " * 300),
    "scope": ("mine", "shared", "all"),
    "media_type": ("text/plain", "text/plain;x"),
    "created_after": ("2020-01-01T00:00:00Z",),
    "created_before": ("2040-01-01T00:00:00+01:00",),
    "version": ("1", "2"),
    "disposition": ("inline", "attachment"),
}


@dataclass(frozen=True, slots=True)
class Fuzzer:
    """Makes requests as a driver would hand them in. The same seed makes the same requests of the same knowledge."""

    random: Random
    known: Known

    def request(self) -> RawRequest:
        """Any request whose framing is sound, as Ada, as nobody, or under a token that is none."""
        operation = self.random.choice(OPERATIONS)
        path = self._path(operation)
        method = self.random.choice(METHODS) if self._one_in(10) else operation.method
        return RawRequest(
            method=method,
            path=path,
            path_parameters=match(path)[1],
            query=query_pairs(self._query(operation)),
            headers=self._headers(),
            body=self._body(operation),
            network=self.random.choice(("192.0.2.1", "2001:db8::1", "")),
        )

    def _one_in(self, many: int) -> bool:
        return self.random.randrange(many) == 0

    def _path(self, operation: Operation[Any]) -> str:
        if self._one_in(15):
            return "/" + "/".join(self.random.choices(JUNK, k=self.random.randrange(4)))
        file_id, upload_id = self.random.choice(
            self.random.choice((self.known.foreign, self.known.created, self.known.own, self.known.own))
        )
        if self._one_in(8):
            file_id, upload_id = self.random.choice(JUNK), self.random.choice((upload_id, file_id.upper(), *JUNK))
        path = operation.path.replace("{file_id}", file_id).replace("{upload_id}", upload_id)
        return path + self.random.choice(("/", "/more", "%2F", "\0")) if self._one_in(30) else path

    def _query(self, operation: Operation[Any]) -> bytes:
        names = list(operation.query.model_fields) if operation.query is not None else []
        chosen = [name for name in names if name == "q" or self._one_in(4)]
        if self._one_in(10):
            chosen += self.random.choices([*names, "unknown", "limit", "\0", "é"], k=2)
        query = "&".join(f"{quote(name)}={quote(self._parameter(name), safe='')}" for name in chosen).encode()
        return query + b"&" + self.random.randbytes(6) if self._one_in(25) else query

    def _parameter(self, name: str) -> str:
        if name == "cursor":
            cursor = self.random.choice((*self.known.cursors[-5:], *self.known.foreign_cursors))
            return cursor if self.random.random() < 0.8 else cursor[: self.random.randrange(len(cursor))] + "A"
        return self.random.choice(JUNK if self._one_in(6) else QUERIES.get(name, JUNK))

    def _headers(self) -> dict[str, list[str]]:
        headers: dict[str, list[str]] = {}
        if not self._one_in(15):
            headers["content-type"] = ["application/json"]
        if not self._one_in(12):
            headers["authorization"] = [f"Bearer {self.known.token}"]
        if self._one_in(2):
            headers["if-match"] = [
                self.random.choice(("*", "*", "*", *self.known.etags[-3:], 'W/"1"', '"1", "2"', '"9999999999999999999"', '"'))
            ]
        for name in ("if-none-match", "idempotency-key", "x-request-id", "content-encoding", "origin", "cookie", "authorization"):
            if self._one_in(20):
                headers[name] = [self._field_value() for _ in range(self.random.choice((1, 1, 2)))]
        return headers

    def _field_value(self) -> str:
        """What HTTP lets a field hold: bytes as characters, no control characters (RFC 9110)."""
        likely = ("*", "a", "b", "Bearer x.y.z", "Bearer", f"Bearer {self.known.token}x", *self.known.etags[-3:], "gzip", "")
        if not self._one_in(3):
            return self.random.choice(likely)
        return "".join(self.random.choices(string.printable[:-5] + "éÿ\xa0", k=self.random.choice((1, 8, 300))))

    def _body(self, operation: Operation[Any]) -> bytes:
        if operation.body is None and not self._one_in(10):
            return b""
        if self._one_in(12):
            return self._foreign_body()
        value = self._members(operation)
        text = json.dumps(value, ensure_ascii=self._one_in(2))
        if self._one_in(8):
            text = self._respelled(text)
        body = text.encode(errors="surrogatepass")
        if self._one_in(15):
            place = self.random.randrange(len(body) + 1)
            body = body[:place] + self.random.randbytes(self.random.randrange(4)) + body[place + self.random.randrange(3) :]
        return body

    def _foreign_body(self) -> bytes:
        deep = self.random.choice((31, 32, 33, 2000))
        choices = (
            self.random.randbytes(self.random.randrange(60)),
            b"[" * deep + b"]" * deep,
            b'{"a":' * deep + b"1" + b"}" * deep,
            b"{" * deep,
            json.dumps(self._value(3)).encode(),
            "\ufeff{}".encode(),
            '{"name": "x"}'.encode("utf-16"),
            b" " * (MAX_BODY_BYTES + 1) if self._one_in(10) else b"",
        )
        return self.random.choice(choices)

    def _members(self, operation: Operation[Any]) -> dict[str, object]:
        names = list(operation.body.model_fields) if operation.body is not None else ["x"]
        if self._one_in(3):
            return {name: LIKELY.get(name, self.known.refresh_tokens)[0] for name in names}
        members = {name: self._member(name) for name in names if not self._one_in(8)}
        if self._one_in(12):
            members[self.random.choice((*JUNK, "owner_id", "id", "status"))] = self._value(2)
        return members

    def _member(self, name: str) -> object:
        if self._one_in(8):
            return self._value(2)
        if name == "refresh_token":
            token = self.random.choice(self.known.refresh_tokens)
            return self.random.choice((token, token, token[:-1], "x"))
        return self.random.choice(LIKELY.get(name, JUNK))

    def _value(self, depth: int) -> object:
        kind = self.random.randrange(6 if depth else 4)
        if kind == 4:
            return [self._value(depth - 1) for _ in range(self.random.randrange(4))]
        if kind == 5:
            return {self.random.choice(JUNK): self._value(depth - 1) for _ in range(self.random.randrange(4))}
        return (None, self.random.random() < 0.5, self.random.choice(NUMBERS), self.random.choice(JUNK))[kind]

    def _respelled(self, text: str) -> str:
        """The object with one more member, spelled as no serializer would."""
        name = self.random.choice(("name", "size", "email", "password", "x", "tags"))
        return f'{{"{name}": {self.random.choice(SPELLINGS)}, {text[1:]}' if len(text) > 2 else self.random.choice(SPELLINGS)
