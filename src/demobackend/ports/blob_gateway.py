"""The half of a blob store that Amazon S3 keeps behind its own URLs, for stores whose bytes pass through our server."""

from typing import BinaryIO, Protocol

from demobackend.domain.model.blob import BlobFacts, BlobKey
from demobackend.domain.model.names import Sha256


class BlobWriter(Protocol):
    """One write under way. Nothing is visible before `commit`; leaving without it removes every trace."""

    def write(self, chunk: bytes) -> None:
        """Take the next bytes. Raises `StorageFull`, `SizeMismatch` beyond the declared size, `Unavailable`."""
        ...

    def commit(self) -> BlobFacts:
        """Make the bytes durable, then visible, and return their facts. After this a crash cannot lose them.

        Raises `SizeMismatch` for too few bytes, `ChecksumMismatch`, `AlreadyExists` when the key was written meanwhile,
        `StorageFull`, `Unavailable`.
        """
        ...

    def discard(self) -> None:
        """Drop what was written; nothing remains. Harmless after `commit`. Raises nothing."""
        ...


class BlobGateway(Protocol):
    """Carries out the requests that `BlobStore.sign_upload` and `sign_download` of the same store signed."""

    def begin(self, key: BlobKey, *, size: int, sha256: Sha256 | None) -> BlobWriter:
        """Start a write of exactly `size` bytes. Raises `AlreadyExists` when the key is taken, `StorageFull`, `Unavailable`."""
        ...

    def facts(self, key: BlobKey) -> BlobFacts:
        """As `BlobStore.head`. Raises `NotFound`, `Corrupt`, `Unavailable`."""
        ...

    def read(self, key: BlobKey) -> BinaryIO:
        """Return a seekable stream of the bytes; the caller closes it. Raises `NotFound`, `Corrupt`, `Unavailable`."""
        ...
