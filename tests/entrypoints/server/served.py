"""A server in this process, on a free port of the loopback interface, and the plainest ways to talk to it."""

import itertools
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from json import dumps, loads
from select import select
from typing import Any, NoReturn
from urllib.parse import urlsplit
from uuid import UUID

from demobackend.composition.application import Application
from demobackend.composition.build import build
from demobackend.composition.settings import Settings, load_settings
from demobackend.domain.model.blob import BlobKey, SignedRequest
from demobackend.domain.model.disposition import Disposition
from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.ids import FileId, UploadId, UserId
from demobackend.domain.model.names import FileName, MediaType, Sha256
from demobackend.testing.wire import HttpAnswer, HttpRequest, send_over_http, signed
from demobackend_server.http_server import HttpServer
from demobackend_server.patience import Patience
from demobackend_server.serve import bind, origin_of

ORIGIN = "https://app.example.test"
PASSWORD = "correct horse battery"
_PATIENCE = 8.0  # seconds
_MOMENT = 0.02
_TRIES = 2_000
_NO_HEADERS: Mapping[str, str] = {}


def cheap_settings(**chosen: Any) -> Settings:
    """Settings for tests: no limits in the way, passwords hashed at the least cost."""
    limits = {"caller_calls": 1_000_000, "public_calls": 1_000_000, **chosen.pop("limits", {})}
    cost = {"memory_kib": 8, "passes": 1, "lanes": 1}
    return load_settings(cors_origins=[ORIGIN], limits=limits, password_hash=cost, **chosen)


def ask(origin: str, method: str, target: str, body: object = None, headers: Mapping[str, str] = _NO_HEADERS) -> HttpAnswer:
    """Send one request, a body as JSON unless it is bytes."""
    sent = dict(headers)
    octets = body if isinstance(body, bytes) else b"" if body is None else dumps(body).encode()
    if body is not None:
        sent.setdefault("content-length", str(len(octets)))
        if not isinstance(body, bytes):
            sent.setdefault("content-type", "application/json")
    return send_over_http(HttpRequest(method, origin + target, tuple(sent.items()), octets))


def sign_in(origin: str, address: str) -> dict[str, str]:
    """The header that makes requests those of a new account."""
    credentials = {"email": address, "password": PASSWORD}
    assert ask(origin, "POST", "/v1/auth/register", credentials).status == 202
    mails = loads(ask(origin, "GET", f"/dev/mailbox?to={address}").body)["items"]
    code = re.search(r"\b[0-9]{6}\b", mails[0]["text"])
    assert code is not None
    assert ask(origin, "POST", "/v1/auth/confirm", {"email": address, "code": code[0]}).status == 204
    tokens = loads(ask(origin, "POST", "/v1/auth/login", credentials).body)["tokens"]
    return {"authorization": f"Bearer {tokens['access_token']}"}


def soon(is_so: Callable[[], bool]) -> bool:
    """Whether a condition comes true; it is asked again whenever a moment has passed."""
    moment = threading.Event()
    return any(is_so() or moment.wait(0.01) for _ in range(_TRIES))


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    application: Application
    server: HttpServer
    origin: str

    def ask(self, method: str, target: str, body: object = None, headers: Mapping[str, str] = _NO_HEADERS) -> HttpAnswer:
        """Send one request, a body as JSON unless it is bytes."""
        return ask(self.origin, method, target, body, headers)

    def connect(self) -> socket.socket:
        """A connection."""
        address = urlsplit(self.origin)
        return socket.create_connection((address.hostname, address.port), timeout=_PATIENCE)

    def talk(self) -> "Talk":
        """A connection for several requests."""
        return Talk(self.connect())

    def say(self, *pieces: bytes, end: bool = False) -> bytes:
        """Send these bytes, say that no more will come with `end`, and return all that comes back until the server hangs up."""
        with self.connect() as connection:
            for piece in pieces:
                connection.sendall(piece)
            if end:
                connection.shutdown(socket.SHUT_WR)
            return heard(connection)

    def hung_up(self) -> bool:
        """Whether the server is soon rid of every connection and every request."""
        state = self.server.server_state
        return soon(lambda: not state.connections and not state.tasks)

    def store(self, key: BlobKey, content: bytes) -> None:
        """Bytes that are there."""
        writer = self.application.blobs.gateway.begin(key, size=len(content), sha256=None)
        writer.write(content)
        writer.commit()


@contextmanager
def served(settings: Settings, patience: Patience | None = None, *, with_mailbox: bool = True) -> Iterator[Served]:
    """Serve until the block ends."""
    with bind("127.0.0.1", 0) as listener:
        origin = origin_of(listener)
        application = build(settings.model_copy(update={"base_url": origin}))
        ready = threading.Event()
        server = HttpServer(application, on_ready=ready.set, patience=patience, with_mailbox=with_mailbox)
        thread = threading.Thread(target=server.run, args=([listener],), name="server", daemon=True)
        thread.start()
        assert ready.wait(_PATIENCE)
        try:
            yield Served(application, server, origin)
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)
            application.close()
            assert not thread.is_alive()


def heard(connection: socket.socket) -> bytes:
    """All that comes until the other side hangs up, also when it does so rudely."""
    octets = b""
    try:
        while piece := connection.recv(65_536):
            octets += piece
    except ConnectionResetError:
        pass
    return octets


class Talk:
    """A connection that goes on from one request to the next."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._coming = connection.makefile("rb")

    def __enter__(self) -> "Talk":
        return self

    def __exit__(self, *_: object) -> None:
        self._coming.close()
        self._connection.close()

    def say(self, octets: bytes) -> None:
        """Send these bytes."""
        self._connection.sendall(octets)

    def say_slowly(self, octets: bytes, times: int) -> int:
        """Send these bytes again and again, a moment apart, until something comes back; returns how often they were sent."""
        for sent in range(times):
            if select([self._connection], [], [], _MOMENT)[0]:
                return sent
            self.say(octets)
        return times

    def say_without_end(self, octets: bytes) -> NoReturn:
        """Send these bytes again and again, which only an error ends."""
        while True:
            self.say(octets)

    def hear(self, size: int) -> bytes:
        """The next bytes."""
        return self._coming.read(size)

    def hear_all(self) -> bytes:
        """All that comes until the server hangs up."""
        return self._coming.read()

    def end(self) -> None:
        """Say that no more will come."""
        self._connection.shutdown(socket.SHUT_WR)

    def answer(self, *, headed: bool = False) -> HttpAnswer:
        """The next answer; `headed` when it is to a HEAD."""
        status = int(self._coming.readline().split()[1])
        headers = {}
        while line := self._coming.readline().strip().decode("latin-1"):
            name, _, value = line.partition(": ")
            headers[name] = value
        length = 0 if headed else int(headers.get("content-length", "0"))
        return HttpAnswer(status, headers, self._coming.read(length))


_NUMBERS = itertools.count(1)


def new_key() -> BlobKey:
    """A key that no other test has."""
    number = next(_NUMBERS)
    owner, file, upload = (str(UUID(int=(kind << 64) + number)) for kind in (1, 2, 3))
    return BlobKey(UserId(owner), FileId(file), 1, UploadId(upload))


@dataclass(frozen=True)
class Bytes:
    """Signed requests for one key of a running server, and their answers."""

    running: Served
    key: BlobKey
    life: timedelta = timedelta(minutes=5)

    def upload(self, size: int, *, sha256: str | None = None, media_type: str = "text/plain") -> SignedRequest:
        """A PUT."""
        digest = None if sha256 is None else Sha256(sha256)
        signer = self.running.application.blobs.signer
        return signer.sign_upload(self.key, size=size, media_type=MediaType(media_type), sha256=digest, life=self.life)

    def download(self, name: str = "notes.txt", media_type: str = "text/plain") -> SignedRequest:
        """A GET."""
        signer = self.running.application.blobs.signer
        disposition = Disposition.ATTACHMENT
        return signer.sign_download(
            self.key, name=FileName(name), media_type=MediaType(media_type), disposition=disposition, life=self.life
        )

    def upload_head(self, size: int) -> bytes:
        """The head of a PUT."""
        request = self.upload(size)
        url = urlsplit(request.url)
        lines = [f"PUT {url.path}?{url.query} HTTP/1.1", "Host: x", f"Content-Length: {size}"]
        return "\r\n".join([*lines, *(f"{name}: {text}" for name, text in request.headers), "", ""]).encode()

    def put(self, content: bytes) -> HttpAnswer:
        """Store them."""
        return send_over_http(signed(self.upload(len(content)), content))

    def get(self, *headers: tuple[str, str], method: str = "GET") -> HttpAnswer:
        """Read them."""
        return send_over_http(HttpRequest(method, self.download().url, headers))

    @property
    def stored(self) -> bytes | None:
        """What the store has."""
        try:
            with self.running.application.blobs.gateway.read(self.key) as stream:
                return stream.read()
        except NotFound:
            return None
