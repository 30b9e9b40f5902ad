"""How long a connection waits for its client, and how it parts from it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a client may take: for a whole head, between requests, to take our bytes, to hang up."""

    head: float = 10.0
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
    """What a response writes to. Its close lets the client read the answer first: a socket closed over unread bytes resets."""

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        self.write = transport.write
        self.is_closing = transport.is_closing
        self.close = close
