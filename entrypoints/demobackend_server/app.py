"""The server's ASGI application: every request to the API's dispatch, except the few paths that only a server has."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from litestar import Litestar, asgi
from litestar.types import Receive, Scope, Send

from demobackend.api.dispatch import Methods
from demobackend.api.raw import RawRequest, Reply
from demobackend.composition.application import Application
from demobackend.composition.settings import EMBEDDED
from demobackend.domain.model.errors import Corrupt, DomainError, Unavailable
from demobackend_server.blobs import PREFIX as BLOBS
from demobackend_server.blobs import Blobs
from demobackend_server.dev import mailbox_route
from demobackend_server.docs import PAGES, docs_routes
from demobackend_server.exchange import ClientGone, Exchange
from demobackend_server.paths import Paths

_LOG = logging.getLogger("demobackend.server")
_THREADS = 32  # as many writers as may share one commit
_WAITING = 512  # beyond, a client is told to come back rather than kept waiting
# A few indexed look-ups each, or one page. On the event loop they cost half of what they do in a thread that contends for the interpreter.
_QUICK = frozenset({"health", "version", "jwks", "get_me", "get_file", "download_link", "download", "usage", "list_files"})


def create_app(application: Application) -> Litestar:
    """Return the application as Litestar serves it.

    One mount takes every path: Litestar's router merges slashes, drops trailing ones and decodes before it cuts, answers some
    requests itself, and would cost more than our own look-up. The mount costs 9 us a request.
    """
    server = Server(application)

    @asgi("/", is_mount=True, copy_scope=False)
    async def everything(scope: Scope, receive: Receive, send: Send) -> None:
        await server(scope, receive, send)

    return Litestar([everything], openapi_config=None, logging_config=None, on_shutdown=[server.close])


class Server:
    """An ASGI application. It decodes, chooses where to run a request, and encodes; it judges nothing."""

    def __init__(self, application: Application, *, waiting: int = _WAITING) -> None:
        self._dispatch = application.dispatch
        mailbox = mailbox_route(application.mailbox) if application.has_mailbox else {}
        self._paths = Paths({**application.routes, **mailbox, **docs_routes()})
        self._blobs = Blobs(application.blobs, application.dispatch) if application.has_blob_door else None
        # `own` is our own identity provider, which calls nobody either.
        self._quick = _QUICK if {"own", *EMBEDDED}.issuperset(application.settings.kinds.values()) else frozenset()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="request")
        self._most_waiting = waiting
        self._waiting = 0

    def close(self) -> None:
        """Wait for the threads."""
        self._threads.shutdown()
        if self._blobs is not None:
            self._blobs.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        exchange = Exchange.of(scope, receive, send)
        try:
            if self._blobs is not None and exchange.raw_path.startswith(BLOBS):
                await self._blobs(exchange)
            else:
                await exchange.answer(await self._reply(exchange))
        except ClientGone:
            return
        except DomainError as error:
            await self._refuse(exchange, error)
        except Exception:  # noqa: BLE001 - a bug of ours is a problem like any other, never a framework's page
            _LOG.exception("failed", extra={"path": exchange.raw_path})
            await self._refuse(exchange, Corrupt("Something went wrong on our side."))

    async def _refuse(self, exchange: Exchange, error: DomainError) -> None:
        """An answer that has begun can only be cut off, which its length tells the client."""
        if not exchange.begun:
            await exchange.answer(self._dispatch.refuse(error, exchange.raw({}, b"")))

    async def _reply(self, exchange: Exchange) -> Reply:
        methods, parameters = self._paths.find(exchange.raw_path)
        raw = exchange.raw(parameters, await exchange.body())
        operation = methods.get(raw.method) if methods is not None else None
        if operation is None or operation.name in self._quick:
            return self._dispatch(methods, raw)
        reply = await self._in_thread(methods, raw)
        page = PAGES.get(operation.name)
        return reply._replace(body=page()) if page is not None and reply.status == 200 else reply

    async def _in_thread(self, methods: Methods | None, raw: RawRequest) -> Reply:
        if self._waiting >= self._most_waiting:
            return self._dispatch.refuse(Unavailable("Too many requests are waiting."), raw)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._dispatch, methods, raw)
        finally:
            self._waiting -= 1
