"""Requests to our own server as it sees them, and a signer with its clock and its keys at hand."""

from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.signed_urls import Refusal, UploadPermit, UrlSigner
from demobackend.domain.model.blob import BlobKey, SignedRequest
from demobackend.domain.model.disposition import Disposition
from demobackend.domain.model.ids import FileId, UploadId, UserId
from demobackend.domain.model.names import FileName, MediaType, Sha256

KEY = BlobKey(
    UserId("0190a1b2-c3d4-7000-8000-000000000001"),
    FileId("0190a1b2-c3d4-7000-8000-000000000002"),
    1,
    UploadId("0190a1b2-c3d4-7000-8000-000000000003"),
)
SHA256 = Sha256("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
LIFE = timedelta(minutes=15)


@dataclass(frozen=True)
class Wire:
    """A request as a server sees it."""

    method: str
    path: bytes
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    @classmethod
    def of(cls, request: SignedRequest, *, size: int | None = None) -> "Wire":
        url = urlsplit(request.url)
        length = () if size is None else ((b"content-length", str(size).encode()),)
        headers = tuple((name.encode(), value.encode()) for name, value in request.headers)
        return cls(request.method, url.path.encode(), url.query.encode(), (*length, *headers))

    def with_header(self, name: bytes, value: bytes | None) -> "Wire":
        """With this value for a header, or without it."""
        kept = tuple(header for header in self.headers if header[0] != name)
        return replace(self, headers=kept if value is None else (*kept, (name, value)))


class Bench:
    """A signer, with its clock and its keys at hand."""

    key = KEY
    sha256 = SHA256
    checksum = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    life = LIFE
    wire = Wire.of

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.secrets = MemorySecrets()
        self.signer = UrlSigner("https://files.example.test", self.secrets, self.clock)

    def upload(self, *, sha256: Sha256 | None = SHA256, size: int = 3, key: BlobKey = KEY) -> Wire:
        request = self.signer.sign_upload(key, size=size, media_type=MediaType("text/plain; charset=utf-8"), sha256=sha256, life=LIFE)
        return Wire.of(request, size=size)

    def download(self, name: str = 'Zoë\'s "plan".pdf') -> Wire:
        return Wire.of(
            self.signer.sign_download(
                KEY, name=FileName(name), media_type=MediaType("application/pdf"), disposition=Disposition.ATTACHMENT, life=LIFE
            )
        )

    def put(self, wire: Wire) -> UploadPermit:
        return self.signer.permit_upload(wire.method, wire.path, wire.query, wire.headers)

    def refuse_put(self, wire: Wire) -> tuple[int, str]:
        with pytest.raises(Refusal) as refusal:
            self.put(wire)
        return refusal.value.status, refusal.value.code

    def refuse_get(self, wire: Wire) -> tuple[int, str]:
        with pytest.raises(Refusal) as refusal:
            self.signer.permit_download(wire.method, wire.path, wire.query)
        return refusal.value.status, refusal.value.code


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture(scope="session")
def new_bench() -> type[Bench]:
    """For tests that draw many examples, each of which needs a bench of its own."""
    return Bench
