"""Bytes in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256 as new_sha256
from io import BytesIO
from threading import Lock
from typing import BinaryIO

from demobackend.adapters.signed_urls import UrlSigner
from demobackend.domain.model.blob import BlobFacts, BlobKey, SignedRequest
from demobackend.domain.model.disposition import Disposition
from demobackend.domain.model.errors import AlreadyExists, ChecksumMismatch, NotFound, SizeMismatch
from demobackend.domain.model.names import FileName, MediaType, Sha256
from demobackend.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class _Blob:
    """Stored bytes and their facts."""

    octets: bytes
    facts: BlobFacts


class MemoryBlobWriter:
    """One write under way; a `BlobWriter`."""

    def __init__(self, keep: Callable[[bytes, Sha256], BlobFacts], *, size: int, sha256: Sha256 | None) -> None:
        self._keep = keep
        self._size = size
        self._sha256 = sha256
        self._octets = bytearray()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes. Raises `SizeMismatch` beyond the declared size."""
        if len(self._octets) + len(chunk) > self._size:
            raise SizeMismatch
        self._octets += chunk

    def commit(self) -> BlobFacts:
        """Make the bytes visible. Raises `SizeMismatch` for too few, `ChecksumMismatch`, `AlreadyExists`."""
        if len(self._octets) != self._size:
            raise SizeMismatch
        octets = bytes(self._octets)
        digest = Sha256(new_sha256(octets).hexdigest())
        if self._sha256 not in {None, digest}:
            raise ChecksumMismatch
        return self._keep(octets, digest)

    def discard(self) -> None:
        """Drop what was written."""
        self._octets.clear()


class MemoryBlobStore:
    """Bytes by key; a `BlobStore` and its `BlobGateway`."""

    def __init__(self, signer: UrlSigner, clock: Clock) -> None:
        self._signer = signer
        self._clock = clock
        self._lock = Lock()
        self._blobs: dict[BlobKey, _Blob] = {}

    def sign_upload(self, key: BlobKey, *, size: int, media_type: MediaType, sha256: Sha256 | None, life: timedelta) -> SignedRequest:
        """Return a PUT that the server's blob endpoint takes. Raises `Unavailable`."""
        return self._signer.sign_upload(key, size=size, media_type=media_type, sha256=sha256, life=life)

    def sign_download(
        self, key: BlobKey, *, name: FileName, media_type: MediaType, disposition: Disposition, life: timedelta
    ) -> SignedRequest:
        """Return a GET that the server's blob endpoint takes. Raises `Unavailable`."""
        return self._signer.sign_download(key, name=name, media_type=media_type, disposition=disposition, life=life)

    def head(self, key: BlobKey) -> BlobFacts:
        """Return the facts of the stored bytes. Raises `NotFound`."""
        return self._held(key).facts

    def open(self, key: BlobKey) -> BinaryIO:
        """Return the bytes as a stream from their start. Raises `NotFound`."""
        return BytesIO(self._held(key).octets)

    def delete(self, key: BlobKey) -> None:
        """Remove the bytes; absent bytes are fine."""
        with self._lock:
            self._blobs.pop(key, None)

    def keys_stored_before(self, moment: datetime) -> Iterator[BlobKey]:
        """Yield every key whose bytes were stored before `moment`, in order of the key's text."""
        with self._lock:
            keys = [key for key, blob in self._blobs.items() if blob.facts.stored_at < moment]
        return iter(sorted(keys, key=lambda key: key.text))

    def begin(self, key: BlobKey, *, size: int, sha256: Sha256 | None) -> MemoryBlobWriter:
        """Start a write of exactly `size` bytes. Raises `AlreadyExists` when the key is taken."""
        with self._lock:
            if key in self._blobs:
                raise AlreadyExists
        return MemoryBlobWriter(lambda octets, digest: self._keep(key, octets, digest), size=size, sha256=sha256)

    def facts(self, key: BlobKey) -> BlobFacts:
        """As `head`. Raises `NotFound`."""
        return self.head(key)

    def read(self, key: BlobKey) -> BinaryIO:
        """As `open`: the stream can seek. Raises `NotFound`."""
        return self.open(key)

    def _held(self, key: BlobKey) -> _Blob:
        with self._lock:
            held = self._blobs.get(key)
        if held is None:
            raise NotFound
        return held

    def _keep(self, key: BlobKey, octets: bytes, digest: Sha256) -> BlobFacts:
        facts = BlobFacts(size=len(octets), sha256=digest, stored_at=self._clock.now())
        with self._lock:
            if key in self._blobs:
                raise AlreadyExists
            self._blobs[key] = _Blob(octets, facts)
        return facts
