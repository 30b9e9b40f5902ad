"""The server's ASGI application: every request to the API's dispatch, except the few paths that only a server has."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from litestar import Litestar, asgi
from litestar.types import Receive, Scope, Send

from demobackend.api.dispatch import AnyOperation, Methods, operation_for
from demobackend.api.raw import RawRequest, Reply
from demobackend.composition.application import Application
from demobackend.composition.settings import EMBEDDED
from demobackend.domain.model.errors import DomainError, Unavailable
from demobackend_server.blobs import PREFIX as BLOBS
from demobackend_server.blobs import Blobs
from demobackend_server.dev import mailbox_route
from demobackend_server.docs import PAGES, docs_routes
from demobackend_server.exchange import ClientGone, Exchange
from demobackend_server.paths import Paths
from demobackend_server.patience import Patience

_THREADS = 32  # as many writers as may share one commit
_WAITING = 512  # beyond, a client is told to come back rather than kept waiting
# A few indexed look-ups each, or one page. On the event loop they cost half of what they do in a thread that contends for the interpreter.
_QUICK = frozenset({"health", "version", "jwks", "get_me", "get_file", "download_link", "download", "usage", "list_files"})
_UNFILTERED = frozenset({"limit", "cursor", "order"})  # any other parameter of a list may walk over 100,000 files to find a page


def create_app(application: Application, *, patience: Patience | None = None, with_mailbox: bool = False) -> Litestar:
    """Return the application as Litestar serves it. Whoever can reach it may read all mails `with_mailbox`, codes included.

    One mount takes every path: Litestar's router merges slashes, drops trailing ones, decodes before it cuts, and answers some
    requests itself (docs/decisions/0021-what-litestar-does-here.md).
    """
    server = Server(application, patience=patience, with_mailbox=with_mailbox)

    @asgi("/", is_mount=True, copy_scope=False)
    async def everything(scope: Scope, receive: Receive, send: Send) -> None:
        await server(scope, receive, send)

    return Litestar([everything], openapi_config=None, logging_config=None, on_shutdown=[server.close])


class Server:
    """An ASGI application. It decodes, chooses where to run a request, and encodes; it judges nothing."""

    def __init__(
        self, application: Application, *, patience: Patience | None = None, with_mailbox: bool = False, waiting: int = _WAITING
    ) -> None:
        self._dispatch = application.dispatch
        self._patience = patience or Patience()
        mailbox = mailbox_route(application.mailbox) if with_mailbox and application.has_mailbox else {}
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
        exchange = Exchange.of(scope, receive, send, dispatch=self._dispatch, patience=self._patience)
        try:
            if self._blobs is not None and exchange.raw_path.startswith(BLOBS):
                await self._blobs(exchange)
            else:
                await exchange.answer(await self._reply(exchange))
        except ClientGone:
            return
        except DomainError as error:
            await exchange.answer(self._dispatch.refuse(error, exchange.raw({}, b""), exchange.request_id))
        except Exception:  # noqa: BLE001 - a bug of ours is a problem like any other, never a framework's page
            reply = self._dispatch.fail(exchange.raw({}, b""), exchange.request_id)
            if exchange.status is None:  # an answer that has begun can only be cut off
                await exchange.answer(reply)

    async def _reply(self, exchange: Exchange) -> Reply:
        methods, parameters = self._paths.find(exchange.raw_path)
        raw = exchange.raw(parameters, await exchange.body())
        operation = operation_for(raw.method, methods) if methods is not None else None
        if operation is None or self._is_quick(operation, raw):
            return self._dispatch(methods, raw, exchange.request_id)
        reply = await self._in_thread(methods, raw, exchange.request_id)
        page = PAGES.get(operation.name)
        return reply._replace(body=page()) if page is not None and reply.status == 200 else reply

    def _is_quick(self, operation: AnyOperation, raw: RawRequest) -> bool:
        if operation.name == "list_files" and not _UNFILTERED.issuperset(name for name, _ in raw.query):
            return False
        return operation.name in self._quick

    async def _in_thread(self, methods: Methods | None, raw: RawRequest, request_id: str) -> Reply:
        """A request that is given up is never begun, if it waited for a thread. A thread cannot be stopped: it logs how it ended."""
        if self._waiting >= self._most_waiting:
            return self._dispatch.refuse(Unavailable("Too many requests are waiting."), raw, request_id)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience.answer):
                return await asyncio.get_running_loop().run_in_executor(self._threads, self._dispatch, methods, raw, request_id)
        except TimeoutError:
            return self._dispatch.refuse(Unavailable("The operation did not end in time."), raw, request_id)
        finally:
            self._waiting -= 1
