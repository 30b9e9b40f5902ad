"""How long a connection waits for its client, and how it parts from it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a client may take: for a whole head, a whole body of JSON, the next bytes of an upload, between requests, to take
    our bytes, to hang up. `answer`: what an operation may take of the client's time.
    """

    head: float = 10.0
    body: float = 29.0
    upload: float = 30.0
    answer: float = 29.0  # as Amazon API Gateway waits for what is behind it
    idle: float = 60.0
    sending: float = 60.0
    closing: float = 5.0


class Deadline:
    """Calls back once, unless it is put off or cleared first."""

    def __init__(self, loop: asyncio.AbstractEventLoop, over: Callable[[], None]) -> None:
        self._loop = loop
        self._over = over
        self._timer: asyncio.TimerHandle | None = None

    def set(self, seconds: float) -> None:
        """Call back so many seconds from now, and no earlier."""
        self.clear()
        self._timer = self._loop.call_later(seconds, self._over)

    def clear(self) -> None:
        """Do not call back."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class GentleTransport:
    """What responses write to. A head waits for the first bytes of its body, because each write is a packet and wakes the client.

    `begun` tells whether what is written belongs to an answer. `close` lets the client read the answer first: a socket closed over
    unread bytes resets.
    """

    def __init__(self, transport: asyncio.Transport, *, begun: Callable[[], bool], close: Callable[[], None]) -> None:
        self.is_closing = transport.is_closing
        self.close = close
        self._transport = transport
        self._begun = begun
        self._head: bytes | None = None  # what waits; empty when it waits no more

    def write(self, octets: bytes) -> None:
        """Send these bytes after those that wait, unless they are a head."""
        if self._head:
            self._transport.writelines((self._head, octets))
            self._head = b""
        elif self._head is None and self._begun():
            self._head = octets
        else:
            self._transport.write(octets)

    def finish(self) -> None:
        """Send a head that no body followed. The next answer has a head of its own."""
        if self._head:
            self._transport.write(self._head)
        self._head = None
