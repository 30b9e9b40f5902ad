"""uvicorn, set up for one application on a socket that is bound already."""

import logging
import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from typing import cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from demobackend.composition.application import Application
from demobackend_server.app import create_app
from demobackend_server.patience import Patience
from demobackend_server.protocol import StrictProtocol

_DRAIN_SECONDS = 25  # for requests under way when told to stop; orchestrators kill after 30


class HttpServer(uvicorn.Server):
    """Serves until SIGTERM or SIGINT, lets requests under way finish, and returns. The mails sent are shown `with_mailbox` only."""

    def __init__(
        self, application: Application, *, on_ready: Callable[[], None], patience: Patience | None = None, with_mailbox: bool = False
    ) -> None:
        patience = patience or Patience()
        protocol = partial(StrictProtocol, refuse=application.dispatch.refuse, patience=patience)
        config = uvicorn.Config(
            create_app(application, patience=patience, with_mailbox=with_mailbox),
            http=cast(type[HttpToolsProtocol], protocol),  # uvicorn only calls it
            ws="none",
            lifespan="on",
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's; then connections are taken."""
        await super().startup(sockets)
        self._on_ready()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """As uvicorn's, but a drained server is a success: the signal is not raised again."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        heeded = [number for number in (signal.SIGTERM, signal.SIGINT) if signal.getsignal(number) != signal.SIG_IGN]
        replaced = {number: signal.signal(number, self.handle_exit) for number in heeded}
        try:
            yield
        finally:
            for number, handler in replaced.items():
                signal.signal(number, handler)


def log_like_ours() -> None:
    """Send uvicorn's warnings where our own logs go."""
    logger = logging.getLogger("uvicorn")
    logger.handlers = logging.getLogger("demobackend").handlers
    logger.setLevel(logging.WARNING)
    logger.propagate = False
