"""Bytes from a socket into the store, received while the bytes before them are written."""

import asyncio
import logging
from concurrent.futures import Executor
from threading import Lock

from demobackend.adapters.signed_urls import UploadPermit
from demobackend.composition.application import BlobDoor
from demobackend.domain.model.blob import BlobFacts
from demobackend.domain.model.errors import Unavailable
from demobackend.ports.blob_gateway import BlobWriter
from demobackend_server.exchange import Exchange

_LOG = logging.getLogger("demobackend.blobs")
_BATCH_BYTES = 1024 * 1024  # gathered before a thread is asked to write; an upload holds about two batches


class Upload:
    """The half that runs in threads, one call at a time. The store hears of it with the first bytes, not before."""

    def __init__(self, door: BlobDoor, permit: UploadPermit, *, request_id: str) -> None:
        self._door = door
        self._permit = permit
        self._request_id = request_id
        self._writer: BlobWriter | None = None
        self._one_at_a_time = Lock()  # a client that leaves causes a discard while the last write runs, or has yet to begin
        self._over = False

    def write(self, chunks: list[bytes]) -> None:
        """Take the next bytes. Raises what `BlobGateway.begin` and `BlobWriter.write` raise."""
        with self._one_at_a_time:
            self._write(chunks)

    def finish(self, chunks: list[bytes]) -> BlobFacts:
        """Take the last bytes and store all. Raises what `write` and `BlobWriter.commit` raise."""
        with self._one_at_a_time:
            facts = self._write(chunks).commit()
        try:
            self._door.note_arrival(self._permit.key)
        except Unavailable:  # the bytes are safe; only clients that never complete their upload would have needed the note
            _LOG.warning("arrival not noted", extra={"request_id": self._request_id, "key": self._permit.key.text})
        return facts

    def discard(self) -> None:
        """Leave no trace, unless all was stored. Calls that come later raise `Unavailable`."""
        with self._one_at_a_time:
            self._over = True
            if self._writer is not None:
                self._writer.discard()

    def _write(self, chunks: list[bytes]) -> BlobWriter:
        if self._over:
            raise Unavailable("This upload was given up.")
        if self._writer is None:
            self._writer = self._door.gateway.begin(self._permit.key, size=self._permit.size, sha256=self._permit.sha256)
        while chunks:  # emptied: this frame outlives the call in the traceback of a caught error, and would keep the bytes
            self._writer.write(chunks.pop(0))
        return self._writer


async def receive_upload(exchange: Exchange, upload: Upload, threads: Executor) -> BlobFacts:
    """Store the request's body and return its facts. Raises `ClientGone`, and what `Upload` raises; then nothing is stored."""
    run = asyncio.get_running_loop().run_in_executor
    batch: list[bytes] = []
    held = 0
    writing: asyncio.Future[None] | None = None
    try:
        async for chunk in exchange.chunks():
            if held >= _BATCH_BYTES:
                if writing is not None:
                    await writing
                writing = run(threads, upload.write, batch)
                batch, held = [], 0
            batch.append(chunk)
            held += len(chunk)
        if writing is not None:
            await writing
        return await run(threads, upload.finish, batch)
    except BaseException:
        if writing is not None:
            writing.cancel()  # nobody asks for its outcome any more
        await asyncio.shield(run(threads, upload.discard))
        raise
