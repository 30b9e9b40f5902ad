"""Signed instructions to move bytes through our own server, made here and held against the requests that come.

A signature (HMAC-SHA256) covers the method, the path, the query before it byte for byte, and the signed headers with their
values; the host is left out, because `base_url` is configured and a proxy may rename it. So there is one spelling of every
signed URL: any other order, encoding, repetition or addition is refused. Source: AWS Signature Version 4, presigned requests.
"""

import base64
import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256 as sha256_digest
from urllib.parse import quote, unquote

from demobackend.domain.model.blob import BlobKey, SignedRequest
from demobackend.domain.model.disposition import Disposition, content_disposition
from demobackend.domain.model.names import FileName, MediaType, Sha256
from demobackend.ports.clock import Clock
from demobackend.ports.secrets import Purpose, Secrets

PATH_PREFIX = "/blobs/"
CHECKSUM_HEADER = "x-amz-checksum-sha256"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_UPLOAD_HEADERS = ("content-length", "content-type", "if-none-match")
_ESCAPED = r"(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})+"
_SIGNED = r"&X-Signature=(?P<signature>[0-9a-f]{64})"
_UPLOAD_QUERY = re.compile(rf"(?P<signed>X-Expires=(?P<expires>[0-9]{{1,15}})&X-Signed-Headers=(?P<names>{_ESCAPED})){_SIGNED}")
_DOWNLOAD_QUERY = re.compile(
    rf"(?P<signed>X-Expires=(?P<expires>[0-9]{{1,15}})"
    rf"&response-content-disposition=(?P<disposition>{_ESCAPED})&response-content-type=(?P<type>{_ESCAPED})){_SIGNED}"
)


class Refusal(Exception):
    """A request about bytes is not carried out. `status` and `code` are what Amazon S3 answers to the same cause."""

    def __init__(self, status: int, code: str) -> None:
        self.status = status
        self.code = code
        super().__init__(code)


class AccessDenied(Refusal):
    """403: not signed as it must be, something beside what was signed, or the time is over."""

    def __init__(self) -> None:
        super().__init__(403, "AccessDenied")


class SignatureDoesNotMatch(Refusal):
    """403: method, path, query or a signed header is not what was signed."""

    def __init__(self) -> None:
        super().__init__(403, "SignatureDoesNotMatch")


class MissingContentLength(Refusal):
    """411: an upload must say its length first."""

    def __init__(self) -> None:
        super().__init__(411, "MissingContentLength")


@dataclass(frozen=True, slots=True)
class UploadPermit:
    """What a signed PUT may store: exactly `size` bytes, with this SHA-256 where one was declared, unless the key exists."""

    key: BlobKey
    size: int
    media_type: MediaType
    sha256: Sha256 | None


@dataclass(frozen=True, slots=True)
class DownloadPermit:
    """What a signed GET or HEAD may read; `disposition` is the answer's whole Content-Disposition."""

    key: BlobKey
    media_type: MediaType
    disposition: str


class UrlSigner:
    """Signs requests to `<base_url>/blobs/<key>` and permits exactly those. Keys rotate: the newest signs, all verify."""

    def __init__(self, base_url: str, secrets: Secrets, clock: Clock) -> None:
        self._base_url = base_url.rstrip("/")
        self._secrets = secrets
        self._clock = clock

    def sign_upload(self, key: BlobKey, *, size: int, media_type: MediaType, sha256: Sha256 | None, life: timedelta) -> SignedRequest:
        """As `BlobStore.sign_upload`; `size` in bytes. Raises `Unavailable`."""
        headers = [("content-type", media_type.value), ("if-none-match", "*")]
        if sha256 is not None:
            headers.append((CHECKSUM_HEADER, base64.b64encode(bytes.fromhex(sha256.value)).decode()))
        expires = self._expiry(life)
        covered = [("content-length", str(size)), *headers]
        query = f"X-Expires={expires}&X-Signed-Headers={_escape(';'.join(name for name, _ in covered))}"
        return self._signed("PUT", key, query, covered, sent=headers, expires=expires)

    def sign_download(
        self, key: BlobKey, *, name: FileName, media_type: MediaType, disposition: Disposition, life: timedelta
    ) -> SignedRequest:
        """As `BlobStore.sign_download`. Raises `Unavailable`."""
        expires = self._expiry(life)
        answered = _escape(content_disposition(disposition, name.value))
        query = f"X-Expires={expires}&response-content-disposition={answered}&response-content-type={_escape(media_type.value)}"
        return self._signed("GET", key, query, [], sent=[], expires=expires)

    def permit_upload(self, method: str, raw_path: bytes, raw_query: bytes, headers: Iterable[tuple[bytes, bytes]]) -> UploadPermit:
        """Permit a PUT as signed; path and query as they stood on the request line, header names in any case.

        Raises `Refusal`: 411 without one Content-Length, else 403 for whatever differs or is late; `Unavailable`.
        """
        sent = _single_valued(headers)
        if "content-length" not in sent or "transfer-encoding" in sent:
            raise MissingContentLength
        query = _matched(_UPLOAD_QUERY, raw_query)
        names = tuple(unquote(query["names"]).split(";"))
        if names not in {_UPLOAD_HEADERS, (*_UPLOAD_HEADERS, CHECKSUM_HEADER)}:
            raise AccessDenied
        if any(name.startswith("x-amz-") and name not in names for name in sent):
            raise AccessDenied  # S3: every x-amz- header must be signed
        covered = [(name, sent.get(name, "")) for name in names]
        key = self._verified(method, raw_path, query, covered)
        declared = base64.b64decode(sent[CHECKSUM_HEADER]).hex() if CHECKSUM_HEADER in names else None
        return UploadPermit(
            key, int(sent["content-length"]), MediaType(sent["content-type"]), None if declared is None else Sha256(declared)
        )

    def permit_download(self, method: str, raw_path: bytes, raw_query: bytes) -> DownloadPermit:
        """Permit a GET as signed, or a HEAD in its place. Raises `Refusal` (403) for whatever differs or is late; `Unavailable`."""
        query = _matched(_DOWNLOAD_QUERY, raw_query)
        key = self._verified("GET" if method == "HEAD" else method, raw_path, query, [])
        return DownloadPermit(key, MediaType(unquote(query["type"])), unquote(query["disposition"]))

    def _expiry(self, life: timedelta) -> int:
        """The end of `life` in milliseconds since 1970, so that a life holds to the clock's own precision."""
        return (self._clock.now() + life - _EPOCH) // _MILLISECOND

    def _signed(
        self, method: str, key: BlobKey, query: str, covered: list[tuple[str, str]], *, sent: list[tuple[str, str]], expires: int
    ) -> SignedRequest:
        path = PATH_PREFIX + key.text
        signature = _signature(self._secrets.keys(Purpose.BLOB_URL)[0], method, path, query, covered)
        url = f"{self._base_url}{path}?{query}&X-Signature={signature}"
        return SignedRequest(method, url, tuple(sent), _EPOCH + expires * _MILLISECOND)

    def _verified(self, method: str, raw_path: bytes, query: re.Match[str], covered: list[tuple[str, str]]) -> BlobKey:
        path = raw_path.decode("latin-1")
        expected = [_signature(key, method, path, query["signed"], covered) for key in self._secrets.keys(Purpose.BLOB_URL)]
        if not any([hmac.compare_digest(query["signature"], signature) for signature in expected]):  # every key: time tells nothing
            raise SignatureDoesNotMatch
        if self._clock.now() >= _EPOCH + int(query["expires"]) * _MILLISECOND:
            raise AccessDenied
        return BlobKey.parse(path.removeprefix(PATH_PREFIX))


def _escape(value: str) -> str:
    return quote(value, safe="")


def _signature(key: bytes, method: str, path: str, query: str, headers: list[tuple[str, str]]) -> str:
    # JSON, so that no two requests share a text to sign, whatever characters they hold.
    text = json.dumps(["blob-request-1", method, path, query, headers])
    return hmac.new(key, text.encode(), sha256_digest).hexdigest()


def _matched(form: re.Pattern[str], raw_query: bytes) -> re.Match[str]:
    query = form.fullmatch(raw_query.decode("latin-1"))
    if query is None:
        raise AccessDenied
    return query


def _single_valued(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers that bear on a signature, by lower-case name. Raises `AccessDenied` when one of them is repeated."""
    values: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1").lower()
        if name not in {*_UPLOAD_HEADERS, "transfer-encoding"} and not name.startswith("x-amz-"):
            continue
        if name in values:
            raise AccessDenied
        values[name] = raw_value.decode("latin-1")
    return values
