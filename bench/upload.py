"""An upload of 100 MB through a running server against a raw sink that receives the same bytes into a file and syncs it."""

import http.client
import json
import multiprocessing
import os
import socket
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

from bench.pairs import Ratio
from bench.servers import LOOPBACK, Headers, Server, ask, demobackend, open_account, scratch, sign_in

SIZE = 100_000_000
SMALL = 1_000_000
ROUNDS = 7
RATE_GOAL = 0.45
MEMORY_GOAL_MB = 16.0
_PIECE = 256 * 1024  # what the client hands to the kernel at a time
_PATIENCE_SECONDS = 120.0


def run() -> Iterator[Ratio]:
    """The rate from the first request to the last answer, and how much memory the uploads took beyond a small one."""
    content = os.urandom(SIZE)
    with scratch("upload") as folder, sink(folder) as sink_port:
        (folder / "data").mkdir()
        open_account(folder / "data")
        with demobackend(folder / "data") as server, closing(Uploader(server)) as uploader:
            uploader.upload(content[:SMALL])
            send(sink_port, "/", {}, content[:SMALL])
            server.forget_peak()
            before = server.memory_kib("VmRSS")
            pairs = [(_rate(uploader.upload(content)), _rate(_sunk(sink_port, content))) for _ in range(ROUNDS)]
            growth = (server.memory_kib("VmHWM") - before) * 1024 / 1e6
    yield Ratio.of("upload 100 MB / raw socket to disk with fsync", pairs, goal=RATE_GOAL, unit="MB/s", at_least=True)
    yield Ratio("upload 100 MB, more memory / 16 MB", growth, MEMORY_GOAL_MB, growth / MEMORY_GOAL_MB, goal=1.0, unit="MB")


class Uploader:
    """A client that is signed in."""

    def __init__(self, server: Server) -> None:
        self._api = server.connect()
        self._who = sign_in(self._api)

    def upload(self, content: bytes) -> float:
        """Create, send, complete; returns the seconds. Then waits until the server has nothing more to do for the file."""
        digest = sha256(content)
        new = {"name": "bytes.bin", "size": len(content), "sha256": digest.hexdigest()}
        started = time.perf_counter()
        created = json.loads(ask(self._api, "POST", "/v1/files", body=new, headers=self._who))
        signed, path = created["upload"], f"/v1/files/{created['file']['id']}"
        url = urlsplit(signed["url"])
        assert url.hostname == LOOPBACK and signed["headers"]["x-amz-checksum-sha256"] == b64encode(digest.digest()).decode()
        send(url.port or 80, f"{url.path}?{url.query}", signed["headers"], content)
        ask(self._api, "POST", f"{path}/uploads/{signed['id']}/complete", body={}, headers=self._who)
        seconds = time.perf_counter() - started
        self._wait_until_indexed(path)
        return seconds

    def close(self) -> None:
        """Hang up."""
        self._api.close()

    def _wait_until_indexed(self, path: str) -> None:
        latest = time.monotonic() + _PATIENCE_SECONDS
        while not json.loads(ask(self._api, "GET", path, headers=self._who))["searchable"]:
            assert time.monotonic() < latest, "the upload was never indexed"
            time.sleep(0.05)


def send(port: int, target: str, headers: Headers, content: bytes) -> None:
    """PUT the bytes; both servers are sent them by this."""
    with closing(http.client.HTTPConnection(LOOPBACK, port, timeout=_PATIENCE_SECONDS)) as connection:
        connection.putrequest("PUT", target)
        for name, value in ({"Content-Length": str(len(content))} | dict(headers)).items():
            connection.putheader(name, value)
        connection.endheaders()
        whole = memoryview(content)
        for start in range(0, len(content), _PIECE):
            connection.send(whole[start : start + _PIECE])
        response = connection.getresponse()
        assert response.status == 200, (response.status, response.read())
        response.read()


@contextmanager
def sink(folder: Path) -> Iterator[int]:
    """A process that does the least: bytes into a file, fsync, an answer. Yields its port."""
    context = multiprocessing.get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=_sink, args=(its, folder / "sink"), daemon=True)
    process.start()
    try:
        yield int(ours.recv())
    finally:
        process.terminate()
        process.join()


def _sink(report: Connection, path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        listener.settimeout(_PATIENCE_SECONDS)  # nobody comes any more
        report.send(listener.getsockname()[1])
        while True:
            connection, _ = listener.accept()
            with connection:
                _take(connection, path)


def _take(connection: socket.socket, path: Path) -> None:
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(4096)
    fields, _, beginning = head.partition(b"\r\n\r\n")
    left = int(fields.lower().partition(b"content-length: ")[2].split()[0]) - len(beginning)
    block = memoryview(bytearray(1024 * 1024))
    with path.open("wb", buffering=0) as file:
        file.write(beginning)
        while left:
            received = connection.recv_into(block)
            file.write(block[:received])
            left -= received
        os.fsync(file.fileno())
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    path.unlink()


def _sunk(port: int, content: bytes) -> float:
    started = time.perf_counter()
    send(port, "/", {}, content)
    return time.perf_counter() - started


def _rate(seconds: float) -> float:
    """MB/s."""
    return SIZE / 1e6 / seconds
