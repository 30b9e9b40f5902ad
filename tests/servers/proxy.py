"""A TCP proxy on loopback in front of one HTTP server. It passes exchanges on, and spoils those that a test names.

A request goes on byte for byte, so what signs it stays true. Nothing here waits for time to pass: where an answer never comes, the
client gives up by its own patience, and the proxy when the test has seen enough.
"""

import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPException, HTTPResponse
from io import BufferedIOBase
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Condition, Event, Thread
from urllib.parse import urlsplit

from tests.servers.faults import PASS, Answer, Fault, Loss, Passage, Request
from tests.servers.process import LOOPBACK

_SERVER_SECONDS = 30.0
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing drops what is unsent and resets the connection


@dataclass(slots=True)
class Case:
    """The exchanges since a test began to look, counted from 1; `faults` says which are spoiled.

    `requests` is what came, `forwarded` how many requests the server answered, `spoiled` how many faults happened.
    """

    server: tuple[str, int]
    faults: Mapping[int, Fault]
    requests: list[Request] = field(default_factory=list)
    forwarded: int = 0
    spoiled: int = 0
    _over: Event = field(default_factory=Event)
    _late: list[Request] = field(default_factory=list)
    _under_way: int = 0
    _changed: Condition = field(default_factory=Condition)

    def end(self) -> None:
        """End every silence, and wait until the server has answered all that it was asked, whether or not a client still listens."""
        self._over.set()
        with self._changed:
            if not self._changed.wait_for(lambda: not self._under_way, _SERVER_SECONDS):
                raise TimeoutError("the server leaves the proxy without an answer")

    def deliver_late(self) -> None:
        """Give the server what was to come late. Nobody hears its answers."""
        late, self._late = self._late, []
        for request in late:
            self._ask(request)

    def reply(self, request: Request) -> tuple[bytes | None, bool]:
        """What its client gets, None for a reset, and whether the connection goes on."""
        with self._changed:
            self.requests.append(request)
            fault = self.faults.get(len(self.requests), PASS)
            self.spoiled += fault is not PASS
            self._under_way += 1
        try:
            answer = self._pass_on(request, fault.passage)
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()
        if fault.reply is Loss.SILENCE:
            self._over.wait(_SERVER_SECONDS)
        return fault.worded(answer)

    def _pass_on(self, request: Request, passage: Passage) -> Answer | None:
        match passage:
            case Passage.ONCE:
                return self._ask(request)
            case Passage.TWICE:
                self._ask(request)
                return self._ask(request)
            case Passage.LATE:
                self._late.append(request)
            case Passage.HALF:
                whole = request.head + request.body
                with socket.create_connection(self.server, _SERVER_SECONDS) as connection:
                    connection.sendall(whole[: len(whole) - len(request.body) // 2 - 1])
        return None

    def _ask(self, request: Request) -> Answer:
        with socket.create_connection(self.server, _SERVER_SECONDS) as connection:
            connection.sendall(request.head + request.body)
            response = HTTPResponse(connection, method=request.method)
            response.begin()
            answer = Answer(response.status, _own_headers(response), response.read())
        with self._changed:
            self.forwarded += 1
        return replace(answer, length=int(response.headers.get("content-length", 0))) if request.method == "HEAD" else answer


def _own_headers(response: HTTPResponse) -> tuple[tuple[str, str], ...]:
    """All but those that tell how long the body is."""
    return tuple((name, value) for name, value in response.getheaders() if name.lower() not in {"content-length", "transfer-encoding"})


class _Connection(StreamRequestHandler):
    server: "Proxy"
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Answer one request after the other, until one end has enough."""
        self.server.connections.add(self.connection)
        goes_on = True
        with suppress(ConnectionError, HTTPException):
            while goes_on and (request := _read(self.rfile)) is not None:
                octets, goes_on = self.server.case.reply(request)
                if octets is None:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                else:
                    self.wfile.write(octets)


def _read(stream: BufferedIOBase) -> Request | None:
    """The next request, None at the end; where its body has no Content-Length there is none."""
    lines = [stream.readline()]
    while lines[-1] not in {b"\r\n", b""}:
        lines.append(stream.readline())
    headers = dict(line.lower().split(b":", 1) for line in lines[1:-1])
    length = int(headers.get(b"content-length", b"0"))
    body = stream.read(length)
    return Request(b"".join(lines), body) if lines[-1] and len(body) == length else None


class Proxy(ThreadingTCPServer):
    """The proxy in front of `server`, a URL; clients find it at `endpoint`. It passes on all but what a test spoils."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, server: str) -> None:
        super().__init__((LOOPBACK, 0), _Connection)
        url = urlsplit(server)
        self._behind = (url.hostname or "", url.port or 80)
        self.endpoint = f"http://{LOOPBACK}:{self.server_address[1]}"
        self.connections: set[socket.socket] = set()
        self.case = Case(self._behind, {})

    @contextmanager
    def spoil(self, faults: Mapping[int, Fault]) -> Iterator[Case]:
        """Count exchanges anew and spoil these, until the block is left: then silences end, and the server has answered."""
        self.case = case = Case(self._behind, faults)
        try:
            yield case
        finally:
            self.case = Case(self._behind, {})
            case.end()

    def shutdown_request(self, request: "socket.socket | tuple[bytes, socket.socket]") -> None:
        """Close it without more ado: what the base class sends before would hide a reset."""
        if isinstance(request, socket.socket):
            self.connections.discard(request)
            request.close()


@contextmanager
def proxy_to(server: str) -> Iterator[Proxy]:
    """A proxy to this URL until the block is left."""
    with Proxy(server) as proxy:
        thread = Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
            for connection in list(proxy.connections):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
