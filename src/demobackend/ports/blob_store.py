"""Where the bytes are."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol

from demobackend.domain.model.blob import BlobFacts, BlobKey, SignedRequest
from demobackend.domain.model.disposition import Disposition
from demobackend.domain.model.names import FileName, MediaType, Sha256


class BlobStore(Protocol):
    """Bytes by key. Clients move them with signed requests; this side signs, confirms, reads and deletes.

    A key is written at most once; what `head` has seen is durable, complete and visible to every later call, and never
    changes. Signing is local: it needs no call to the store and says nothing about whether the key exists.
    Every method raises `Unavailable` when the store does not answer in time.
    Source: Amazon S3's consistency model and presigned requests; docs/ports.md#blob-store.
    """

    def sign_upload(self, key: BlobKey, *, size: int, media_type: MediaType, sha256: Sha256 | None, life: timedelta) -> SignedRequest:
        """Return a PUT that stores exactly `size` bytes of this type, with this SHA-256 if given, once, until `life` is over.

        Anything else (length, type, checksum, an existing key, too late) is refused by the store and stores nothing.
        `headers` is all that a client must send besides Content-Length. Raises `Unavailable` when no key to sign with is at hand.
        """
        ...

    def sign_download(
        self, key: BlobKey, *, name: FileName, media_type: MediaType, disposition: Disposition, life: timedelta
    ) -> SignedRequest:
        """Return a GET of the bytes until `life` is over, answered as this type under this name.

        The answer's Content-Disposition is `content_disposition(...)`; Range and conditional requests are answered.
        Raises `Unavailable` when no key to sign with is at hand.
        """
        ...

    def head(self, key: BlobKey) -> BlobFacts:
        """Return size in bytes, SHA-256 (None if the store has none) and time of the stored bytes. Raises `NotFound`,
        `Corrupt`, `Unavailable`."""
        ...

    def open(self, key: BlobKey) -> BinaryIO:
        """Return the bytes as a stream from their start; the caller closes it. Raises `NotFound`, `Unavailable`, `Corrupt`."""
        ...

    def delete(self, key: BlobKey) -> None:
        """Remove the bytes; durable when it returns; absent bytes are fine. Raises `Unavailable`."""
        ...

    def keys_stored_before(self, moment: datetime) -> Iterator[BlobKey]:
        """Yield every key whose bytes were stored before `moment`, in order of the key's text. Raises `Unavailable`."""
        ...
