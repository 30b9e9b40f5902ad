"""Wrong blob stores."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import BinaryIO

from demobackend.adapters.memory.blob_store import MemoryBlobStore, MemoryBlobWriter
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.signed_urls import UrlSigner
from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.names import Sha256
from demobackend.testing.contracts.blob_gateway import BlobGatewayContract, StoreWithGateway
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.mutants.sound import BASE_URL


class _Overwrites(MemoryBlobStore):
    def begin(self, key: BlobKey, *, size: int, sha256: Sha256 | None) -> MemoryBlobWriter:
        self.delete(key)
        return super().begin(key, size=size, sha256=sha256)


class _IgnoresChecksums(MemoryBlobStore):
    def begin(self, key: BlobKey, *, size: int, sha256: Sha256 | None) -> MemoryBlobWriter:
        return super().begin(key, size=size, sha256=None)


class _IgnoresSizes(MemoryBlobStore):
    def begin(self, key: BlobKey, *, size: int, sha256: Sha256 | None) -> MemoryBlobWriter:
        return _AnySize(super().begin(key, size=size, sha256=sha256), size=size)


class _AnySize(MemoryBlobWriter):
    """Stores what came, filled up to the declared size."""

    def __init__(self, sound: MemoryBlobWriter, *, size: int) -> None:
        super().__init__(sound._keep, size=size, sha256=sound._sha256)  # noqa: SLF001 - a bug is planted where it would grow

    def write(self, chunk: bytes) -> None:
        super().write(chunk[: self._size - len(self._octets)])


class _ReadsText(MemoryBlobStore):
    def open(self, key: BlobKey) -> BinaryIO:
        with super().open(key) as stream:
            return BytesIO(stream.read().replace(b"\r\n", b"\n"))


class _CountsTheMomentItself(MemoryBlobStore):
    def keys_stored_before(self, moment: datetime) -> Iterator[BlobKey]:
        return super().keys_stored_before(moment + timedelta(milliseconds=1))


class _DeletesOnce(MemoryBlobStore):
    def delete(self, key: BlobKey) -> None:
        self.head(key)
        super().delete(key)


def _store(kind: type[MemoryBlobStore]) -> StoreWithGateway:
    clock = ManualClock()
    return kind(UrlSigner(BASE_URL, MemorySecrets(), clock), clock)


class OverwritesBytes(BlobGatewayContract):
    """A key can be written twice."""

    def empty_store(self) -> StoreWithGateway:
        return _store(_Overwrites)


class StoresBytesOfAnotherChecksum(BlobGatewayContract):
    """The declared SHA-256 is not held against the bytes."""

    def empty_store(self) -> StoreWithGateway:
        return _store(_IgnoresChecksums)


class CutsBytesThatAreTooMany(BlobGatewayContract):
    """Stores the first bytes of an upload that is too long."""

    def empty_store(self) -> StoreWithGateway:
        return _store(_IgnoresSizes)


class ReadsBytesAsText(BlobGatewayContract):
    """Line ends are translated on the way out."""

    def empty_store(self) -> StoreWithGateway:
        return _store(_ReadsText)


class ListsBytesStoredAtTheMoment(BlobGatewayContract):
    """An off-by-one in what a sweep may delete."""

    def empty_store(self) -> StoreWithGateway:
        return _store(_CountsTheMomentItself)


class RefusesToDeleteWhatIsGone(BlobGatewayContract):
    """Deleting twice is an error."""

    def empty_store(self) -> StoreWithGateway:
        return _store(_DeletesOnce)


MUTANTS: tuple[type[Contract], ...] = (
    OverwritesBytes,
    StoresBytesOfAnotherChecksum,
    CutsBytesThatAreTooMany,
    ReadsBytesAsText,
    ListsBytesStoredAtTheMoment,
    RefusesToDeleteWhatIsGone,
)
