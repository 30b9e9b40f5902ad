"""A loopback server that answers as it is told, for failures that a real node cannot be asked for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gzip import decompress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opensearchpy import OpenSearch

from demobackend.adapters.opensearch.client import opensearch_client

type Respond = Callable[[bytes], tuple[int, bytes]]
"""Takes a request's body and returns a status and a body."""


@contextmanager
def answering(status: int, body: bytes = b"{}", *, missing: int = 0) -> Iterator[tuple[OpenSearch, list[str]]]:
    """A client of a server that answers with this status and body, `missing` bytes short, and the requests that it saw."""
    with responding(lambda _: (status, body), missing=missing) as answered:
        yield answered


@contextmanager
def responding(respond: Respond, *, missing: int = 0) -> Iterator[tuple[OpenSearch, list[str]]]:
    """A client of a server that responds like this, and the requests that it saw."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            seen.append(f"{self.command} {self.path.partition('?')[0]}")
            given = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = respond(decompress(given) if self.headers.get("Content-Encoding") == "gzip" else given)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body) + missing))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = bool(missing)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    for method in ("DELETE", "GET", "HEAD", "POST", "PUT"):
        setattr(Handler, f"do_{method}", Handler._answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    client = opensearch_client(f"http://127.0.0.1:{server.server_address[1]}", region=None)
    try:
        yield client, seen
    finally:
        client.close()
        server.shutdown()
        server.server_close()
        thread.join(5)
