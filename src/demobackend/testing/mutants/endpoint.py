"""The smallest place that answers a store's signed requests, and wrong ones."""

import dataclasses
import re
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

from demobackend.adapters.memory.blob_store import MemoryBlobStore
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.signed_urls import DownloadPermit, Refusal, UploadPermit, UrlSigner
from demobackend.domain.model.errors import AlreadyExists, DomainError, NotFound
from demobackend.domain.model.names import MediaType
from demobackend.ports.blob_store import BlobStore
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.signed_requests import SignedHeadsContract
from demobackend.testing.mutants.sound import BASE_URL
from demobackend.testing.samples import DAY
from demobackend.testing.wire import HttpAnswer, HttpRequest, Send

_RANGE = re.compile(r"bytes=([0-9]+)-([0-9]*)")


class Endpoint:
    """Answers in this process, with S3's statuses."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.signer = UrlSigner(BASE_URL, MemorySecrets(), self.clock)
        self.store = MemoryBlobStore(self.signer, self.clock)

    def send(self, request: HttpRequest) -> HttpAnswer:
        """Answer one request."""
        try:
            if request.method == "PUT":
                return self.put(self.permit_upload(request), request.body)
            return self.get(self.permit_download(request), request)
        except Refusal as refusal:
            return HttpAnswer(refusal.status, {}, b"")
        except NotFound:
            return HttpAnswer(404, {}, b"")
        except AlreadyExists:
            return HttpAnswer(412, {}, b"")
        except DomainError:
            return HttpAnswer(400, {}, b"")

    def permit_upload(self, request: HttpRequest) -> UploadPermit:
        """What this upload may store. Raises `Refusal`."""
        url = urlsplit(request.url)
        headers = {"content-length": str(len(request.body)), **{name.lower(): value for name, value in request.headers}}
        return self.signer.permit_upload(
            request.method, url.path.encode(), url.query.encode(), [(name.encode(), value.encode()) for name, value in headers.items()]
        )

    def permit_download(self, request: HttpRequest) -> DownloadPermit:
        """What this download may read. Raises `Refusal`."""
        url = urlsplit(request.url)
        return self.signer.permit_download(request.method, url.path.encode(), url.query.encode())

    def put(self, permit: UploadPermit, body: bytes) -> HttpAnswer:
        """Store the bytes. Raises `DomainError`."""
        writer = self.store.begin(permit.key, size=permit.size, sha256=permit.sha256)
        writer.write(body)
        writer.commit()
        return HttpAnswer(200, {}, b"")

    def get(self, permit: DownloadPermit, request: HttpRequest) -> HttpAnswer:
        """Answer the bytes, or a part of them. Raises `NotFound`."""
        with closing(self.store.read(permit.key)) as stream:
            content = stream.read()
        asked = {name.lower(): value for name, value in request.headers}
        etag = f'"{permit.key.upload_id}"'
        headers = {"content-type": permit.media_type.value, "content-disposition": permit.disposition, "etag": etag}
        if asked.get("if-none-match") == etag:
            return HttpAnswer(304, headers, b"")
        status = 200
        if part := _RANGE.fullmatch(asked.get("range", "")):
            first, last = int(part[1]), min(int(part[2] or len(content)), len(content) - 1)
            if first >= len(content):
                return HttpAnswer(416, {}, b"")
            headers["content-range"] = f"bytes {first}-{last}/{len(content)}"
            content, status = content[first : last + 1], 206
        headers["content-length"] = str(len(content))
        return HttpAnswer(status, headers, b"" if request.method == "HEAD" else content)


class _Overwriting(Endpoint):
    def put(self, permit: UploadPermit, body: bytes) -> HttpAnswer:
        self.store.delete(permit.key)
        return super().put(permit, body)


class _Unchecking(Endpoint):
    def put(self, permit: UploadPermit, body: bytes) -> HttpAnswer:
        return super().put(dataclasses.replace(permit, sha256=None), body)


class _Patient(Endpoint):
    def permit_upload(self, request: HttpRequest) -> UploadPermit:
        self.clock.advance(-DAY)
        try:
            return super().permit_upload(request)
        finally:
            self.clock.advance(DAY)


class _Guessing(Endpoint):
    def get(self, permit: DownloadPermit, request: HttpRequest) -> HttpAnswer:
        return super().get(dataclasses.replace(permit, media_type=MediaType("text/html")), request)


def _reach(kind: Callable[[], Endpoint]) -> tuple[BlobStore, Send]:
    endpoint = kind()
    return endpoint.store, endpoint.send


class SoundSignedRequests(SignedHeadsContract):
    """Answered as they should be."""

    def reachable_store(self) -> tuple[BlobStore, Send]:
        return _reach(Endpoint)


class LetsAnUploadOverwrite(SignedHeadsContract):
    """If-None-Match is signed, sent and ignored."""

    def reachable_store(self) -> tuple[BlobStore, Send]:
        return _reach(_Overwriting)


class IgnoresTheSignedChecksum(SignedHeadsContract):
    """The checksum is signed, sent and ignored."""

    def reachable_store(self) -> tuple[BlobStore, Send]:
        return _reach(_Unchecking)


class TakesLateUploads(SignedHeadsContract):
    """The end of a signature's life is not looked at."""

    def reachable_store(self) -> tuple[BlobStore, Send]:
        return _reach(_Patient)


class AnswersAnotherType(SignedHeadsContract):
    """Contents are sniffed, and what was signed as text comes back as a page."""

    def reachable_store(self) -> tuple[BlobStore, Send]:
        return _reach(_Guessing)


MUTANTS: tuple[type[Contract], ...] = (LetsAnUploadOverwrite, IgnoresTheSignedChecksum, TakesLateUploads, AnswersAnotherType)
