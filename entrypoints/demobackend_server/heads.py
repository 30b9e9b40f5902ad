"""The head of a request, and a body in chunks: read by llhttp, then held to what llhttp lets pass."""

import re
from typing import NamedTuple
from urllib.parse import unquote

import httptools

from demobackend.api.raw import RawRequest
from demobackend.domain.model.errors import Malformed

BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")
_KNOWN_TO_LLHTTP = frozenset({b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"})
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HOST = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=%-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")
_ORIGIN = re.compile(rb"https?://[^/?]+", re.IGNORECASE)


class Head(NamedTuple):
    """A request line and its fields, names in lower case. `length`: bytes of body to come, 0 where they come in chunks."""

    method: str
    raw_path: bytes
    query: bytes
    version: str
    fields: list[tuple[bytes, bytes]]
    length: int
    chunked: bool
    expects_continue: bool
    keep_alive: bool


class RequestParser:
    """llhttp over one request. It refuses obs-fold, bare line ends, bad names and values, repeated or contradicting lengths."""

    def __init__(self) -> None:
        self._llhttp = httptools.HttpRequestParser(self)
        self._target = b""
        self._fields: list[tuple[bytes, bytes]] = []
        self._head_is_whole = False
        self._keep_alive = False
        self._pieces: list[bytes] = []
        self.is_whole = False

    def parse_head(self, head: bytes) -> Head:
        """Parse a head with the empty line that ends it. Raises `Malformed`."""
        method = head[: head.find(b" ")]
        if _TOKEN.fullmatch(method) is None:
            raise Malformed
        # llhttp knows a fixed list of methods and treats some in ways of their own; to us, any other is one that is not allowed.
        self._feed(head if method in _KNOWN_TO_LLHTTP else b"POST" + head[len(method) :])
        if not self._head_is_whole or not head.startswith(b"%b %b HTTP/1." % (method, self._target)):
            raise Malformed
        return self._held_to_the_rules(method.decode("ascii"), self._llhttp.get_http_version())

    def take_chunks(self, octets: bytes) -> bytes:
        """Return the bytes of the body that these bytes carry; `is_whole` tells whether they were the last. Raises `Malformed`."""
        self._feed(octets)
        body, self._pieces = b"".join(self._pieces), []
        return body

    def _feed(self, octets: bytes) -> None:
        try:
            self._llhttp.feed_data(octets)
        except httptools.HttpParserUpgrade:  # an offer, which we decline by going on
            return
        except httptools.HttpParserError:
            if not self.is_whole:  # what follows a request in chunks is never read
                raise Malformed from None

    def _held_to_the_rules(self, method: str, version: str) -> Head:
        hosts: list[bytes] = []
        length, coding, expects = 0, b"", False
        for name, value in self._fields:
            if name == b"host":
                hosts.append(value)
            elif name == b"content-length":
                length = int(value)
            elif name == b"transfer-encoding":
                coding = value.lower()
            elif name == b"expect":
                expects = value.lower() == b"100-continue"
        if version not in {"1.0", "1.1"} or len(hosts) > 1 or (version == "1.1" and not hosts) or not all(map(_HOST.fullmatch, hosts)):
            raise Malformed
        if coding and (coding != b"chunked" or version == "1.0"):
            raise Malformed
        raw_path, _, query = _origin_form(self._target).partition(b"?")
        return Head(
            method=method,
            raw_path=raw_path,
            query=query,
            version=version,
            fields=self._fields,
            length=length,
            chunked=bool(coding),
            expects_continue=expects and bool(length or coding),
            keep_alive=version == "1.1" and not coding and self._keep_alive,
        )

    def on_url(self, piece: bytes) -> None:
        """Called by llhttp."""
        self._target += piece

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by llhttp; also for trailers, which nobody reads."""
        if not self._head_is_whole:
            self._fields.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Called by llhttp, which forgets about the connection when the message is complete."""
        self._head_is_whole = True
        self._keep_alive = self._llhttp.should_keep_alive()

    def on_body(self, piece: bytes) -> None:
        """Called by llhttp."""
        if not self.is_whole:
            self._pieces.append(piece)

    def on_message_complete(self) -> None:
        """Called by llhttp."""
        self.is_whole = True


def remains(head: bytes, *, network: str) -> RawRequest:
    """What can be told of a head that was refused, for the answer's request id and CORS headers."""
    whole_lines, _, _ = head.rpartition(b"\r\n")
    line, *fields = (whole_lines or head).split(b"\r\n")
    method, _, target = line.partition(b" ")
    if _TOKEN.fullmatch(method) is None:  # methods are logged, and this may be anything, such as a signed address
        method = b""
    headers: dict[str, list[str]] = {}
    for field in fields:
        name, _, value = field.partition(b":")
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1").strip(" \t"))
    return RawRequest(
        method=method.decode("latin-1"),
        path=unquote(target.partition(b" ")[0].partition(b"?")[0].decode("latin-1")),
        path_parameters={},
        query=(),
        headers=headers,
        body=b"",
        network=network,
    )


def _origin_form(target: bytes) -> bytes:
    """The target as a path and query: a whole URL is what proxies are sent. Raises `Malformed`."""
    if b"#" in target:
        raise Malformed
    if target.startswith(b"/") or target == b"*":
        return target
    origin = _ORIGIN.match(target)
    if origin is None:
        raise Malformed
    rest = target[origin.end() :]
    return rest if rest.startswith(b"/") else b"/" + rest
