"""What the signed requests of a blob store promise to whoever makes them, or others."""

import hashlib
from abc import abstractmethod
from dataclasses import replace
from datetime import timedelta

from demobackend.domain.model.blob import BlobKey, SignedRequest
from demobackend.domain.model.disposition import Disposition, content_disposition
from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.names import FileName, MediaType, Sha256
from demobackend.ports.blob_store import BlobStore
from demobackend.testing.contracts.blob_store import ODD_BYTES, read_all, sample_key
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.samples import MINUTE
from demobackend.testing.wire import HttpAnswer, HttpRequest, Send, signed

TEXT = MediaType("text/plain; charset=utf-8")
NAME = FileName('Zoë "x".txt')
OVER = timedelta(0)


def digest(content: bytes) -> Sha256:
    """The SHA-256 of these bytes."""
    return Sha256(hashlib.sha256(content).hexdigest())


def sign_upload(
    store: BlobStore, content: bytes = ODD_BYTES, *, sha256: Sha256 | None = None, life: timedelta = MINUTE, key: BlobKey | None = None
) -> SignedRequest:
    """Instructions to bring these bytes."""
    return store.sign_upload(key or sample_key(), size=len(content), media_type=TEXT, sha256=sha256, life=life)


def sign_download(store: BlobStore, *, key: BlobKey | None = None, life: timedelta = MINUTE) -> SignedRequest:
    """Instructions to fetch the bytes of a key."""
    return store.sign_download(key or sample_key(), name=NAME, media_type=TEXT, disposition=Disposition.ATTACHMENT, life=life)


def is_refused(answer: HttpAnswer) -> bool:
    """Whether it was the client's fault."""
    return 400 <= answer.status < 500


def is_stored(store: BlobStore, key: BlobKey) -> bool:
    """Whether the key has bytes."""
    try:
        store.head(key)
    except NotFound:
        return False
    return True


def with_header(request: HttpRequest, name: str, value: str | None) -> HttpRequest:
    """The request with another value of a header, or without it."""
    others = tuple((known, kept) for known, kept in request.headers if known.lower() != name)
    return replace(request, headers=others if value is None else (*others, (name, value)))


class UploadPromises(Contract):
    """Signed uploads."""

    @abstractmethod
    def reachable_store(self) -> tuple[BlobStore, Send]:
        """Return a store without bytes, and what carries requests to where its signed ones are answered."""

    def test_a_signed_upload_stores_its_bytes(self) -> None:
        store, send = self.reachable_store()
        for number, (content, sha256) in enumerate(((ODD_BYTES, None), (ODD_BYTES, digest(ODD_BYTES)), (b"", digest(b"")))):
            key = sample_key(number)
            answer = send(signed(sign_upload(store, content, sha256=sha256, key=key), content))
            assert answer.status in {200, 201, 204}, answer
            assert read_all(store, key) == content

    def test_other_bytes_than_were_signed_are_refused_and_nothing_is_stored(self) -> None:
        store, send = self.reachable_store()
        request = sign_upload(store, sha256=digest(ODD_BYTES))
        for content in (ODD_BYTES[:-1], ODD_BYTES + b"x", b"", ODD_BYTES[:-1] + b"x"):
            assert is_refused(send(signed(request, content))), len(content)
        assert not is_stored(store, sample_key())

    def test_another_length_is_refused_also_without_a_checksum(self) -> None:
        store, send = self.reachable_store()
        request = sign_upload(store)
        for content in (ODD_BYTES[:-1], ODD_BYTES + b"x"):
            assert is_refused(send(signed(request, content))), len(content)
        assert not is_stored(store, sample_key())

    def test_every_signed_header_must_be_sent_as_it_stands(self) -> None:
        store, send = self.reachable_store()
        request = signed(sign_upload(store, sha256=digest(ODD_BYTES)), ODD_BYTES)
        for name, _ in request.headers:
            for value in (None, "other"):
                assert is_refused(send(with_header(request, name.lower(), value))), (name, value)
        assert is_refused(send(with_header(request, "content-type", "text/html")))
        assert not is_stored(store, sample_key())

    def test_a_key_that_has_bytes_keeps_them(self) -> None:
        store, send = self.reachable_store()
        send(signed(sign_upload(store, b"first"), b"first"))
        for content in (b"first", b"other"):
            assert send(signed(sign_upload(store, content), content)).status in {409, 412}
        assert read_all(store, sample_key()) == b"first"

    def test_an_upload_is_refused_when_its_life_is_over(self) -> None:
        store, send = self.reachable_store()
        assert is_refused(send(signed(sign_upload(store, life=OVER), ODD_BYTES)))
        assert not is_stored(store, sample_key())

    def test_an_upload_is_good_for_its_own_key_and_method_only(self) -> None:
        store, send = self.reachable_store()
        request = signed(sign_upload(store), ODD_BYTES)
        elsewhere = replace(request, url=request.url.replace(sample_key().text, sample_key(2).text))
        assert elsewhere != request
        for changed in (
            elsewhere,
            replace(request, method="POST"),
            replace(request, method="DELETE"),
            replace(request, method="GET", body=b""),
        ):
            assert is_refused(send(changed)), changed.method
        assert not is_stored(store, sample_key())
        assert not is_stored(store, sample_key(2))

    def test_an_upload_is_refused_when_any_part_of_its_signature_is_changed(self) -> None:
        store, send = self.reachable_store()
        request = signed(sign_upload(store), ODD_BYTES)
        address, _, query = request.url.partition("?")
        for number in range(len(query.split("&"))):
            parts = query.split("&")
            name, _, value = parts[number].partition("=")
            for changed in (f"{name}={value}0", None):
                others = [*parts[:number], *([changed] if changed else []), *parts[number + 1 :]]
                assert is_refused(send(replace(request, url=f"{address}?{'&'.join(others)}"))), name
        assert is_refused(send(replace(request, url=address)))
        assert not is_stored(store, sample_key())


class SignedRequestsContract(UploadPromises):
    """The promises of `BlobStore.sign_upload` and `sign_download`, held against the place that answers."""

    def test_a_signed_download_answers_the_bytes_under_their_type_and_name(self) -> None:
        store, send = self.reachable_store()
        send(signed(sign_upload(store), ODD_BYTES))
        answer = send(signed(sign_download(store)))
        assert (answer.status, answer.body) == (200, ODD_BYTES)
        assert answer.headers["content-type"] == TEXT.value
        assert answer.headers["content-disposition"] == content_disposition(Disposition.ATTACHMENT, NAME.value)
        assert answer.headers["content-length"] == str(len(ODD_BYTES))

    def test_ranges_and_conditions_are_answered(self) -> None:
        store, send = self.reachable_store()
        send(signed(sign_upload(store), ODD_BYTES))
        request = signed(sign_download(store))
        part = send(with_header(request, "range", "bytes=10-19"))
        assert (part.status, part.body) == (206, ODD_BYTES[10:20])
        assert part.headers["content-range"] == f"bytes 10-19/{len(ODD_BYTES)}"
        assert send(with_header(request, "range", "bytes=99999-")).status == 416
        whole = send(request)
        unchanged = send(with_header(request, "if-none-match", whole.headers["etag"]))
        assert (unchanged.status, unchanged.body) == (304, b"")

    def test_a_download_of_what_is_not_there_is_not_found(self) -> None:
        store, send = self.reachable_store()
        assert send(signed(sign_download(store))).status == 404

    def test_a_download_is_refused_when_its_life_is_over(self) -> None:
        store, send = self.reachable_store()
        send(signed(sign_upload(store), ODD_BYTES))
        assert is_refused(send(signed(sign_download(store, life=OVER))))

    def test_a_download_is_good_for_its_own_key_method_type_and_name_only(self) -> None:
        store, send = self.reachable_store()
        for key in (sample_key(1), sample_key(2)):
            send(signed(sign_upload(store, key=key), ODD_BYTES))
        request = signed(sign_download(store))
        urls = (
            request.url.replace(sample_key(1).text, sample_key(2).text),
            request.url.replace("text%2Fplain", "text%2Fhtml"),
            request.url.replace("attachment", "inline"),
            request.url.partition("?")[0],
        )
        for url in urls:
            assert url != request.url
            assert is_refused(send(replace(request, url=url))), url
        for method in ("PUT", "POST", "DELETE"):
            assert is_refused(send(replace(request, method=method))), method
        assert read_all(store, sample_key(1)) == ODD_BYTES


class SignedHeadsContract(SignedRequestsContract):
    """What our own server promises beyond that.

    Signature Version 4 covers the method, so S3 answers 403 SignatureDoesNotMatch to a HEAD under the signature of a GET, and no
    adapter can change that; a client that must know the size first asks S3 for `Range: bytes=0-0`.
    """

    def test_a_head_request_is_allowed_by_the_same_signature(self) -> None:
        store, send = self.reachable_store()
        send(signed(sign_upload(store), ODD_BYTES))
        answer = send(replace(signed(sign_download(store)), method="HEAD"))
        assert (answer.status, answer.body) == (200, b"")
        assert answer.headers["content-length"] == str(len(ODD_BYTES))
