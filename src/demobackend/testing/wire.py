"""HTTP requests as plain values, and the plainest client that sends them."""

from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from demobackend.domain.model.blob import SignedRequest

_PATIENCE = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What goes over the wire. Content-Length is the body's unless `headers` name one."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What comes back; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


type Send = Callable[[HttpRequest], HttpAnswer]


def signed(request: SignedRequest, body: bytes = b"") -> HttpRequest:
    """The request as whoever holds it would make it."""
    return HttpRequest(request.method, request.url, request.headers, body)


def send_over_http(request: HttpRequest) -> HttpAnswer:
    """Send one request over a connection of its own; redirects are not followed."""
    url = urlsplit(request.url)
    connect = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = connect(url.hostname or "", url.port, timeout=_PATIENCE)
    try:
        connection.putrequest(request.method, f"{url.path}?{url.query}", skip_accept_encoding=True)
        named = {name.lower() for name, _ in request.headers}
        implied = [("content-length", str(len(request.body)))] if request.method == "PUT" and "content-length" not in named else []
        for name, value in (*request.headers, *implied):
            connection.putheader(name, value)
        connection.endheaders(request.body or None)
        answer = connection.getresponse()
        return HttpAnswer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()
