"""A place between a client and the store, where transfers go wrong on demand."""

import socket
import threading
from contextlib import suppress
from enum import Enum
from types import TracebackType
from typing import Self


class Mood(Enum):
    """What happens to a connection."""

    PASS_ON = "pass on"
    STALL = "stall"
    HANG_UP = "hang up"
    FALSIFY = "falsify"


_FALSE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nother"


class Relay:
    """Listens for the store's clients; `upstream` is where the store really is."""

    def __init__(self) -> None:
        self.mood = Mood.PASS_ON
        self.upstream: tuple[str, int] | None = None
        self.reached = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []

    @property
    def origin(self) -> str:
        """What the store calls itself."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.append(connection)
                self._meet(connection)
                self.reached.set()

    def _meet(self, connection: socket.socket) -> None:
        if self.mood is Mood.HANG_UP:
            connection.close()
        elif self.mood is Mood.FALSIFY:
            connection.recv(65_536)
            connection.sendall(_FALSE)
        elif self.mood is Mood.PASS_ON:
            assert self.upstream is not None
            store = socket.create_connection(self.upstream)
            self._open.append(store)
            for source, target in ((connection, store), (store, connection)):
                threading.Thread(target=_pump, args=(source, target), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65_536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
