"""One request on the wire and the way back: ASGI on one side, `RawRequest` and `Reply` on the other."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from litestar.types import Receive, Scope, Send

from demobackend.api.raw import MAX_BODY_BYTES, RawRequest, Reply, query_pairs
from demobackend.domain.model.errors import Malformed

PATIENCE_SECONDS = 30.0  # for the next bytes of a body, and as long as API Gateway would wait for a whole answer
_TOO_LARGE = bytes(MAX_BODY_BYTES + 1)  # stands for a body whose length was announced and is not worth reading
_BODILESS = frozenset({204, 304})


class ClientGone(Exception):
    """The client went away before its request was complete. There is nobody to answer."""


@dataclass(slots=True)
class Exchange:
    """A request's head, decoded, and the ASGI channel for its body and the answer. `begun`: some of the answer is on its way."""

    scope: Scope
    receive: Receive
    send: Send
    headers: Mapping[str, Sequence[str]]
    begun: bool = False

    @classmethod
    def of(cls, scope: Scope, receive: Receive, send: Send) -> "Exchange":
        """Decode the head's field lines."""
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        return cls(scope, receive, send, headers)

    @property
    def method(self) -> str:
        """As sent; methods are case-sensitive."""
        return str(self.scope["method"])  # type: ignore[typeddict-item]  # only HTTP scopes come here

    @property
    def raw_path(self) -> str:
        """The path as it stood on the request line. Litestar's own `path` was decoded and normalised."""
        return self.scope["raw_path"].decode("ascii")

    def raw(self, parameters: Mapping[str, str], body: bytes) -> RawRequest:
        """The request for `dispatch`. A HEAD goes there as the GET it stands for, and its body stays here."""
        client = self.scope["client"]
        raw_path = self.raw_path
        return RawRequest(
            method="GET" if self.method == "HEAD" else self.method,
            path=unquote(raw_path) if "%" in raw_path else raw_path,
            path_parameters=parameters,
            query=query_pairs(self.scope["query_string"]),
            headers=self.headers,
            body=body,
            network=client[0] if client else "",
        )

    async def body(self) -> bytes:
        """The body, cut one byte beyond `MAX_BODY_BYTES`. Raises `ClientGone`, `Malformed`."""
        announced = self.headers.get("content-length")
        if announced is None and "transfer-encoding" not in self.headers:
            return b""
        if announced is not None and int(announced[0]) > MAX_BODY_BYTES:
            return _TOO_LARGE
        chunks: list[bytes] = []
        size = 0
        async for chunk in self.chunks():
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_BODY_BYTES:
                return b"".join(chunks)[: MAX_BODY_BYTES + 1]
        return b"".join(chunks)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives, to its end. Raises `ClientGone`, `Malformed` when it stops coming."""
        more = True
        while more:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    message = await self.receive()
            except TimeoutError:
                raise Malformed("incomplete_body", "The body did not arrive in time.") from None
            if message["type"] != "http.request":
                raise ClientGone
            yield message["body"]
            more = message["more_body"]

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
        self.begun = True
        await self.send({"type": "http.response.start", "status": status, "headers": lines})

    async def pass_on(self, chunk: bytes, *, more: bool) -> None:
        """Send the next bytes of the body; waits while the client's share of the send buffer is full."""
        await self.send({"type": "http.response.body", "body": chunk, "more_body": more})
