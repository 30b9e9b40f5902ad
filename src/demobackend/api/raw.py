"""What a driver hands in and gets back: a request before any judgement, and a reply ready to be sent.

Tuples, because four of these are made for every request and a frozen dataclass takes three times as long to make. Where that is done
for every request, fields are given by position: by name takes twice as long.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from demobackend.domain.model.caller import Caller

MAX_BODY_BYTES = 1024 * 1024
MAX_HEAD_BYTES = 10_240


class RawRequest(NamedTuple):
    """One request as it came. Drivers decode, they never judge.

    `path` is percent-decoded once, without query; `query` holds decoded pairs in order; header names are in lower case, each
    with all its values; `body` may be cut one byte beyond `MAX_BODY_BYTES`; `network` is the peer's address as the transport
    itself saw it. `caller` is whom an authorizer in front of us has verified already; a driver sets it from what the transport
    says by itself, never from anything that a client can write.
    """

    method: str
    path: str
    path_parameters: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, Sequence[str]]
    body: bytes
    network: str
    caller: Caller | None = None

    def header(self, name: str) -> str | None:
        """The only value of a header; None when it is absent or came more than once."""
        values = self.headers.get(name)
        return values[0] if values is not None and len(values) == 1 else None


class Reply(NamedTuple):
    """What is sent back: header names in lower case, the body's bytes. Drivers add only what framing needs."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""


def bearer_token(authorization: str | None) -> str | None:
    """The token in the value of an Authorization header (RFC 6750); None for another scheme and for no header."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip(" ") if scheme.lower() == "bearer" else None


def query_pairs(raw: bytes) -> tuple[tuple[str, str], ...]:
    """Decode a query string once, as Amazon API Gateway does: UTF-8 with replacement, `+` is a blank, empty parts are dropped."""
    if not raw:
        return ()
    parts = (part.partition(b"=") for part in raw.split(b"&") if part)
    return tuple((_decoded(name), _decoded(value)) for name, _, value in parts)


def _decoded(text: bytes) -> str:
    return unquote_to_bytes(text.replace(b"+", b" ")).decode(errors="replace")
