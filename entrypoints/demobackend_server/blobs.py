"""PUT, GET and HEAD of signed `/blobs/` addresses, carried out as Amazon S3 does."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from time import perf_counter_ns
from typing import BinaryIO

from demobackend.adapters.signed_urls import PATH_PREFIX, Refusal
from demobackend.api.conditions import is_unchanged
from demobackend.api.dispatch import Dispatch, log_request
from demobackend.api.raw import Reply
from demobackend.composition.application import BlobDoor
from demobackend.domain.model.blob import BlobFacts, BlobKey
from demobackend.domain.model.errors import Corrupt, DomainError, RangeNotSatisfiable
from demobackend_server.blob_answers import BlobAnswers, MethodNotAllowed
from demobackend_server.exchange import ClientGone, Exchange
from demobackend_server.ranges import asked_range
from demobackend_server.uploads import Upload, receive_upload

PREFIX = PATH_PREFIX
_OPERATIONS = {"PUT": "put_blob", "GET": "get_blob", "HEAD": "get_blob"}
_THREADS = 16
_INLINE_BYTES = 256 * 1024  # a read that costs less on the event loop than the switch to a thread
_CHUNK_BYTES = 512 * 1024


class Blobs:
    """The endpoint. Its own threads, so that bytes and API calls never wait for each other's."""

    def __init__(self, door: BlobDoor, dispatch: Dispatch) -> None:
        self._door = door
        self._answers = BlobAnswers(dispatch)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="blob")

    def close(self) -> None:
        """Wait for the threads."""
        self._threads.shutdown()

    async def __call__(self, exchange: Exchange) -> None:
        """Carry out one request, and log it whether or not its client stays to the end. Raises nothing but bugs."""
        started = perf_counter_ns()
        with suppress(ClientGone):
            await self._carry_out(exchange)
        log_request(exchange.method, exchange.request_id, _OPERATIONS.get(exchange.method), exchange.status, started=started)

    async def _carry_out(self, exchange: Exchange) -> None:
        try:
            match exchange.method:
                case "PUT":
                    await self._put(exchange)
                case "GET" | "HEAD":
                    await self._get(exchange)
                case _:
                    reply = self._answers.preflight(exchange)
                    await exchange.answer(reply or self._answers.refused(exchange, MethodNotAllowed()))
        except (Refusal, DomainError) as error:
            if exchange.status is None:  # one that has begun can only be cut off, which its length tells the client
                await exchange.answer(self._answers.refused(exchange, error))

    async def _put(self, exchange: Exchange) -> None:
        scope = exchange.scope
        permit = self._door.signer.permit_upload("PUT", scope["raw_path"], scope["query_string"], scope["headers"])
        upload = Upload(self._door, permit, request_id=exchange.request_id)
        facts = await receive_upload(exchange, upload, self._threads)
        await exchange.answer(Reply(200, tuple(self._answers.complete(exchange, [("etag", _etag(permit.key, facts))]))))

    async def _get(self, exchange: Exchange) -> None:
        scope = exchange.scope
        permit = self._door.signer.permit_download(exchange.method, scope["raw_path"], scope["query_string"])
        facts = self._door.gateway.facts(permit.key)
        etag = _etag(permit.key, facts)
        if "if-none-match" in exchange.headers and is_unchanged(exchange.raw({}, b""), etag):
            await exchange.answer(Reply(304, tuple(self._answers.complete(exchange, [("etag", etag)]))))
            return
        try:
            part = _part(exchange, etag, facts.size)
        except RangeNotSatisfiable as error:
            await exchange.answer(self._answers.refused(exchange, error, [("content-range", f"bytes */{facts.size}")]))
            return
        headers = [
            ("content-type", permit.media_type.value),
            ("content-disposition", permit.disposition),
            ("etag", etag),
            ("accept-ranges", "bytes"),
        ]
        if part is not None:
            headers.append(("content-range", f"bytes {part.start}-{part.stop - 1}/{facts.size}"))
        head = (206 if part is not None else 200, self._answers.complete(exchange, headers))
        await self._send(exchange, permit.key, head, range(facts.size) if part is None else part)

    async def _send(self, exchange: Exchange, key: BlobKey, head: tuple[int, list[tuple[str, str]]], wanted: range) -> None:
        if exchange.method == "HEAD":
            await exchange.begin(*head, length=len(wanted))
            await exchange.pass_on(b"", more=False)
            return
        with closing(self._door.gateway.read(key)) as stream:
            stream.seek(wanted.start)
            if len(wanted) <= _INLINE_BYTES:
                chunk = _read(stream, len(wanted))
                await exchange.begin(*head, length=len(wanted))
                await exchange.pass_on(chunk, more=False)
            else:
                await self._stream(exchange, stream, head, len(wanted))

    async def _stream(self, exchange: Exchange, stream: BinaryIO, head: tuple[int, list[tuple[str, str]]], length: int) -> None:
        """Read the next chunk while the one before it is on its way. The first is read, and proven, before the answer begins."""
        run = asyncio.get_running_loop().run_in_executor
        chunk = await run(self._threads, _read, stream, min(_CHUNK_BYTES, length))
        left = length - len(chunk)
        await exchange.begin(*head, length=length)
        gone = asyncio.create_task(exchange.gone())  # sending to nobody raises nothing
        try:
            while left and not gone.done():
                coming = run(self._threads, _read, stream, min(_CHUNK_BYTES, left))
                try:
                    await exchange.pass_on(chunk, more=True)
                finally:
                    chunk = await coming  # also when sending is cancelled: the stream is closed next
                left -= len(chunk)
        finally:
            gone.cancel()
        if left:
            raise ClientGone
        await exchange.pass_on(chunk, more=False)


def _read(stream: BinaryIO, size: int) -> bytes:
    chunk = stream.read(size)
    if len(chunk) != size:
        raise Corrupt
    return chunk


def _etag(key: BlobKey, facts: BlobFacts) -> str:
    """Strong: a key's bytes never change."""
    return f'"{facts.sha256.value if facts.sha256 else key.upload_id}"'


def _part(exchange: Exchange, etag: str, size: int) -> range | None:
    """The one range to send, None for the whole; Range means something to GET only, and only for the bytes that If-Range names."""
    asked = exchange.headers.get("range", ())
    guards = exchange.headers.get("if-range", (etag,))
    if exchange.method != "GET" or len(asked) != 1 or list(guards) != [etag]:
        return None
    return asked_range(asked[0], size)
