"""HTTP/1.1 on a connection, as strict as the contract, and nobody holds one idly.

uvicorn's h11 implementation takes every method but costs 85 us more a request (123 against 37); its httptools one knows a fixed
list of methods, no limits, and no end to waiting. So heads are gathered, counted and timed here, and given to llhttp one by one;
bodies of a known length pass it by.
"""

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import Any, cast
from urllib.parse import unquote

from uvicorn._types import HTTPScope
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from demobackend.api.errors import HeadTooLarge
from demobackend.api.raw import MAX_BODY_BYTES, MAX_HEAD_BYTES, RawRequest, Reply
from demobackend.domain.model.errors import DomainError, Malformed
from demobackend_server.heads import BARE_LINE_FEED, Head, RequestParser, remains
from demobackend_server.patience import Deadline, GentleTransport, Patience

type Refuse = Callable[[DomainError, RawRequest], Reply]

_END = b"\r\n\r\n"
# A body that nobody wants is read to its end when it is no longer, and its connection goes on. Behind the answer to a longer one, which
# may have 5 GiB, we hang up as Amazon S3 does: the answer says so, no more bytes of ours follow, and the client's are read until it
# has had the time to notice. Clients that send all before they read, such as urllib3, then fail to send and find the answer.
_SKIPPED_BYTES = 8 * MAX_BODY_BYTES
_CHUNKED_BYTES = 8 * MAX_BODY_BYTES  # framing and trailers included; no operation takes as much


class _Awaited(Enum):
    HEAD = 0
    BODY = 1
    CHUNKS = 2
    ANSWER = 3  # the request is whole; what comes behind it waits
    END = 4  # nothing more is read but the client's end


class StrictProtocol(HttpToolsProtocol):
    """One connection. `refuse` words what never becomes a request."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        refuse: Refuse,
        patience: Patience,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._refusal = refuse
        self._patience = patience
        self._awaited = _Awaited.HEAD
        self._pending = b""  # received and not yet taken
        self._keep_alive = True  # behind a request that is read to its end
        self._left = 0  # bytes of the body that are still to come, or allowed to
        self._head_begun = True  # a new connection owes its first head at once
        self._unasked = False  # the client waits for 100 Continue before it sends its body
        self._client_ended = False
        self._deadline = Deadline(self.loop, self._give_up)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn: always a stream
        super().connection_made(transport)
        self._gentle = GentleTransport(transport, begun=lambda: self.cycle.response_started, close=self._linger)
        self._stall = Deadline(self.loop, transport.abort)
        self._deadline.set(self._patience.head)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._pending = b""
        self._awaited = _Awaited.END
        self._deadline.clear()
        self.resume_writing()

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn never keeps a half-closed connection
        """A client may end its side once its request is whole; a request cut short is dropped with the connection."""
        self._client_ended = True
        if self._awaited is not _Awaited.ANSWER:
            return False
        self.cycle.keep_alive = False
        return True

    def shutdown(self) -> None:
        """Called when the server is to end: the answer to a request under way is the connection's last."""
        self._keep_alive = False
        super().shutdown()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stall.set(self._patience.sending)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stall.clear()

    def data_received(self, data: bytes) -> None:
        self._pending = self._pending + data if self._pending else data
        self._take()

    def _take(self) -> None:
        """Take what was received, as far as it can be taken now."""
        going_on = True
        while self._pending and going_on:
            match self._awaited:
                case _Awaited.HEAD:
                    going_on = self._take_head()
                case _Awaited.BODY:
                    self._take_body()
                case _Awaited.CHUNKS:
                    self._take_chunks()
                case _Awaited.ANSWER:
                    self.flow.pause_reading()
                    going_on = False
                case _Awaited.END:
                    self._pending = b""

    def _take_head(self) -> bool:
        end = self._pending.find(_END)
        lines = end + 2 if end >= 0 else len(self._pending) - 1  # at least this many bytes, without the empty line
        if lines > MAX_HEAD_BYTES:
            self._refuse(HeadTooLarge())
            return False
        if end < 0:
            if BARE_LINE_FEED.search(self._pending):
                self._refuse(Malformed())
            elif not self._head_begun:
                self._head_begun = True
                self._deadline.set(self._patience.head)
            return False
        self._deadline.clear()
        parser = RequestParser()
        try:
            head = parser.parse_head(self._pending[: end + 4].removeprefix(b"\r\n"))  # one empty line before it is forgiven
        except Malformed as error:
            self._refuse(error)
            return False
        self._pending = self._pending[end + 4 :]
        self._begin(head, parser)
        return True

    def _begin(self, head: Head, parser: RequestParser) -> None:
        self.cycle = RequestResponseCycle(
            scope=cast(HTTPScope, self._scope(head)),
            transport=cast(asyncio.Transport, self._gentle),  # a response asks it for no more
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=head.expects_continue,
            keep_alive=head.keep_alive and head.length <= _SKIPPED_BYTES,
            on_response=self.on_response_complete,
        )
        self._keep_alive = head.keep_alive
        self._unasked = head.expects_continue
        if head.chunked:
            self._awaited, self._left, self._chunks = _Awaited.CHUNKS, _CHUNKED_BYTES, parser
        elif head.length:
            self._awaited, self._left = _Awaited.BODY, head.length
        else:
            self._note_whole()
        task = self.loop.create_task(self.cycle.run_asgi(self.app))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def _scope(self, head: Head) -> dict[str, object]:
        return {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "http_version": head.version,
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "method": head.method,
            "root_path": "",
            "path": unquote(head.raw_path.decode("ascii")),
            "raw_path": head.raw_path,
            "query_string": head.query,
            "headers": head.fields,
            "state": {},
        }

    def _take_body(self) -> None:
        piece = self._pending[: self._left]
        self._pending = self._pending[len(piece) :]
        self._left -= len(piece)
        self._pass_on(piece)
        if not self._left:
            self._note_whole()

    def _take_chunks(self) -> None:
        octets, self._pending = self._pending, b""
        self._left -= len(octets)
        try:
            if self._left < 0:
                raise Malformed
            self._pass_on(self._chunks.take_chunks(octets))
        except Malformed as error:
            self._break_off(error)
            return
        if self._chunks.is_whole:
            self._note_whole()

    def _pass_on(self, piece: bytes) -> None:
        self._unasked = False
        if self.cycle.response_complete:
            return
        self.cycle.body += piece
        if len(self.cycle.body) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()
        self.cycle.message_event.set()

    def _note_whole(self) -> None:
        if self.cycle.response_complete:
            self._next()
            return
        self._awaited = _Awaited.ANSWER
        if not self.cycle.response_started:
            self.cycle.keep_alive = self._keep_alive
        self.cycle.more_body = False
        self.cycle.message_event.set()

    def on_response_complete(self) -> None:
        """Called by a response when all of it is written."""
        self.server_state.total_requests += 1
        self._gentle.finish()
        if self._awaited is _Awaited.END or self.transport.is_closing():
            return
        if self._awaited is _Awaited.ANSWER:
            self._next()
        elif self._unasked:  # its body may come or not, so nothing behind it can be understood
            self._linger()
        else:
            self.flow.resume_reading()
            self._deadline.set(self._patience.idle)

    def _next(self) -> None:
        self._awaited, self._head_begun = _Awaited.HEAD, False
        self._deadline.set(self._patience.idle)
        self.flow.resume_reading()
        self._take()

    def _break_off(self, error: Malformed) -> None:
        """The body cannot be read: the application must see no request, and the client an answer if none has begun."""
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        if self.cycle.response_started:
            self._linger()
        else:
            self._refuse(error)

    def _refuse(self, error: DomainError) -> None:
        reply = self._refusal(error, remains(self._pending, network=self.client[0] if self.client else ""))
        headers = [*self.server_state.default_headers, *((name.encode(), value.encode("latin-1")) for name, value in reply.headers)]
        headers += [(b"content-length", b"%d" % len(reply.body)), (b"connection", b"close")]
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(b"%b%b\r\n%b" % (STATUS_LINE[reply.status], lines, reply.body))
        self._linger()

    def _linger(self) -> None:
        """Say that nothing more will come, and go on reading until the client has read that."""
        self._gentle.finish()
        if self._awaited is _Awaited.END:
            return
        self._awaited, self._pending = _Awaited.END, b""
        self.flow.resume_reading()
        if self._client_ended or not self.transport.can_write_eof():
            self.transport.close()
            return
        self.transport.write_eof()
        self._deadline.set(self._patience.closing)

    def _give_up(self) -> None:
        """Whoever still takes our bytes is not idle; `sending` bounds that."""
        if self.transport.get_write_buffer_size():
            self._deadline.set(self._patience.closing)
        else:
            self.transport.close()
