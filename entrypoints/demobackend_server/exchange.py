"""One request on the wire and the way back: ASGI on one side, `RawRequest` and `Reply` on the other."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from litestar.types import Receive, Scope, Send

from demobackend.api.dispatch import Dispatch
from demobackend.api.raw import MAX_BODY_BYTES, RawRequest, Reply, query_pairs
from demobackend.domain.model.errors import Malformed
from demobackend_server.patience import Patience

_TOO_LARGE = bytes(MAX_BODY_BYTES + 1)  # stands for a body whose length was announced and is not worth reading
_BODILESS = frozenset({204, 304})


class ClientGone(Exception):
    """The client went away before its request was complete. There is nobody to answer."""


@dataclass(slots=True)
class Exchange:
    """A request's head, decoded, and the ASGI channel for its body and the answer. `status`: of the answer that is on its way."""

    scope: Scope
    receive: Receive
    send: Send
    headers: Mapping[str, Sequence[str]]
    request_id: str
    patience: Patience
    status: int | None = None

    @classmethod
    def of(cls, scope: Scope, receive: Receive, send: Send, *, dispatch: Dispatch, patience: Patience) -> "Exchange":
        """Decode the head's field lines. The dispatch gives the request its id."""
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        return cls(scope, receive, send, headers, dispatch.request_id(headers), patience)

    @property
    def method(self) -> str:
        """As sent; methods are case-sensitive."""
        return str(self.scope["method"])  # type: ignore[typeddict-item]  # only HTTP scopes come here

    @property
    def raw_path(self) -> str:
        """The path as it stood on the request line. Litestar's own `path` was decoded and normalised."""
        return self.scope["raw_path"].decode("ascii")

    def raw(self, parameters: Mapping[str, str], body: bytes) -> RawRequest:
        """The request for `dispatch`."""
        client = self.scope["client"]
        raw_path = self.raw_path
        return RawRequest(
            self.method,
            unquote(raw_path) if "%" in raw_path else raw_path,
            parameters,
            query_pairs(self.scope["query_string"]),
            self.headers,
            body,
            client[0] if client else "",
        )

    async def body(self) -> bytes:
        """The body, cut one byte beyond `MAX_BODY_BYTES`. Raises `ClientGone`, `Malformed` when it takes too long, however it comes."""
        announced = self.headers.get("content-length")
        if announced is None and "transfer-encoding" not in self.headers:
            return b""
        if announced is not None and int(announced[0]) > MAX_BODY_BYTES:
            return _TOO_LARGE
        chunks: list[bytes] = []
        size, more = 0, True
        try:
            async with asyncio.timeout(self.patience.body):
                while more and size <= MAX_BODY_BYTES:
                    chunk, more = await self._next_chunk()
                    chunks.append(chunk)
                    size += len(chunk)
        except TimeoutError:
            raise _too_late() from None
        return b"".join(chunks)[: MAX_BODY_BYTES + 1]

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives, to its end. Raises `ClientGone`, `Malformed` when it stops coming."""
        more = True
        while more:
            try:
                async with asyncio.timeout(self.patience.upload):
                    chunk, more = await self._next_chunk()
            except TimeoutError:
                raise _too_late() from None
            yield chunk

    async def _next_chunk(self) -> tuple[bytes, bool]:
        message = await self.receive()
        if message["type"] != "http.request":
            raise ClientGone
        return message["body"], message["more_body"]

    async def gone(self) -> None:
        """Return when the client has gone away. To be waited for only after the body."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def answer(self, reply: Reply) -> None:
        """Send the reply, adding only what framing needs."""
        await self.begin(reply.status, reply.headers, None if reply.status in _BODILESS else len(reply.body))
        bodiless = reply.status in _BODILESS or self.method == "HEAD"
        await self.pass_on(b"" if bodiless else reply.body, more=False)

    async def begin(self, status: int, headers: Iterable[tuple[str, str]], length: int | None) -> None:
        """Send the head of an answer whose body, if it may have one, has `length` bytes."""
        lines = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        if length is not None:
            lines.append((b"content-length", b"%d" % length))
        self.status = status
        await self.send({"type": "http.response.start", "status": status, "headers": lines})

    async def pass_on(self, chunk: bytes, *, more: bool) -> None:
        """Send the next bytes of the body; waits while the client's share of the send buffer is full."""
        await self.send({"type": "http.response.body", "body": chunk, "more_body": more})


def _too_late() -> Malformed:
    return Malformed("incomplete_body", "The body did not arrive in time.")
