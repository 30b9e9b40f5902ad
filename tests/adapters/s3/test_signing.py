"""What a presigned request binds, and until when it holds."""

import base64
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.amazon import scripted, session, session_of

from demobackend.adapters.botocore_clients import client_config
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.s3.blob_store import S3BlobStore
from demobackend.adapters.s3.checksums import from_base64, to_base64
from demobackend.adapters.s3.presigning import LONGEST_LIFE
from demobackend.adapters.system.clock import SystemClock
from demobackend.domain.model.blob import SignedRequest
from demobackend.domain.model.disposition import Disposition, content_disposition
from demobackend.domain.model.errors import Corrupt, Unavailable
from demobackend.domain.model.names import FileName, MediaType, Sha256
from demobackend.ports.clock import Clock
from demobackend.testing.contracts.blob_store import sample_key
from demobackend.testing.samples import DAY, HOUR, MINUTE
from demobackend.testing.strategies import media_types

KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000001"
DIGEST = Sha256(sha256(b"x").hexdigest())
TEXT = MediaType("text/plain")


def store(*, kms_key: str | None = None) -> S3BlobStore:
    client, _ = scripted("s3")  # a call would fail
    return S3BlobStore(client, "bucket", SystemClock(), kms_key=kms_key)


STORE = store()


def upload(
    made_by: S3BlobStore, *, media_type: MediaType = TEXT, digest: Sha256 | None = None, life: timedelta = MINUTE, size: int = 7
) -> SignedRequest:
    return made_by.sign_upload(sample_key(), size=size, media_type=media_type, sha256=digest, life=life)


def download(made_by: S3BlobStore) -> SignedRequest:
    return made_by.sign_download(sample_key(), name=FileName("Zoë.txt"), media_type=TEXT, disposition=Disposition.INLINE, life=MINUTE)


def query_of(request: SignedRequest) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query))


def signed_headers(request: SignedRequest) -> list[str]:
    return query_of(request)["X-Amz-SignedHeaders"].split(";")


@pytest.mark.parametrize("kms_key", [None, KEY_ARN])
@pytest.mark.parametrize("digest", [None, DIGEST])
@pytest.mark.parametrize("size", [0, 7, 5 * 2**30])
def test_everything_that_was_declared_is_signed(size: int, digest: Sha256 | None, kms_key: str | None) -> None:
    request = upload(store(kms_key=kms_key), digest=digest, size=size)
    expected = {"content-type": "text/plain", "if-none-match": "*"}
    if digest is not None:
        expected["x-amz-checksum-sha256"] = to_base64(digest)
    if kms_key is not None:
        expected |= {"x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": kms_key}
    assert dict(request.headers) == expected
    assert signed_headers(request) == sorted(["content-length", "host", *expected])


@given(media_type=media_types())
@settings(deadline=None, max_examples=50)
def test_every_content_type_is_signed(media_type: MediaType) -> None:
    assert "content-type" in signed_headers(upload(STORE, media_type=media_type))


def test_the_type_that_the_library_leaves_out_is_signed_in_another_spelling() -> None:
    request = upload(STORE, media_type=MediaType("application/x-www-form-urlencoded; charset=utf-8"))
    assert dict(request.headers)["content-type"] == "application/x-www-form-urlencoded;charset=utf-8"
    assert "content-type" in signed_headers(request)


def test_a_library_that_signs_less_than_asked_makes_no_request() -> None:
    old = session().client("s3", region_name="us-east-1", config=Config(signature_version="s3"))
    with pytest.raises(Corrupt):
        upload(S3BlobStore(old, "bucket", SystemClock()))
    with pytest.raises(Corrupt):
        download(S3BlobStore(old, "bucket", SystemClock()))


def test_a_download_carries_its_answers_type_and_name() -> None:
    request = download(STORE)
    query = query_of(request)
    assert (request.method, request.headers, signed_headers(request)) == ("GET", (), ["host"])
    assert query["response-content-type"] == "text/plain"
    assert query["response-content-disposition"] == content_disposition(Disposition.INLINE, "Zoë.txt")


def test_a_request_names_the_key_and_the_region() -> None:
    for request in (upload(STORE), download(STORE)):
        assert urlsplit(request.url).path == f"/{sample_key().text}"
        assert "/eu-central-1/s3/aws4_request" in query_of(request)["X-Amz-Credential"]


@pytest.mark.parametrize(
    ("life", "seconds"),
    [(MINUTE, 60), (15 * MINUTE, 900), (timedelta(seconds=1.9), 1), (timedelta(0), 0), (LONGEST_LIFE, 604_800), (30 * DAY, 604_800)],
)
def test_the_end_is_the_one_that_is_signed(life: timedelta, seconds: int) -> None:
    request = upload(STORE, life=life)
    query = parse_qs(urlsplit(request.url).query)
    begun = datetime.strptime(query["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert query["X-Amz-Expires"] == [str(seconds)]
    assert request.expires_at == begun + timedelta(seconds=seconds)


def ending(end: datetime, *, clock: Clock | None = None) -> S3BlobStore:
    """A store whose credentials end then."""
    credentials = RefreshableCredentials("AKIDEXAMPLE", "secret", "token", end, dict, "test", advisory_timeout=0, mandatory_timeout=0)
    client = session_of(credentials).client("s3", config=client_config(signature="s3v4"))
    return S3BlobStore(client, "bucket", clock or SystemClock())


def test_a_request_ends_with_its_credentials_where_they_end_first() -> None:
    end = datetime.now(UTC).replace(microsecond=0) + 5 * MINUTE
    assert upload(ending(end), life=15 * MINUTE).expires_at == end
    assert upload(ending(end), life=MINUTE).expires_at < end
    assert query_of(upload(ending(end)))["X-Amz-Security-Token"] == "token"


def test_without_credentials_nothing_is_signed() -> None:
    client = session_of(None).client("s3", config=client_config(signature="s3v4"))
    for sign in (upload, download):
        with pytest.raises(Unavailable):
            sign(S3BlobStore(client, "bucket", SystemClock()))


def test_credentials_that_are_over_sign_nothing() -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    with pytest.raises(Unavailable):
        upload(ending(now + HOUR, clock=ManualClock(now + HOUR)))


@given(octets=st.binary(min_size=32, max_size=32))
def test_a_checksum_comes_back_as_it_was_sent(octets: bytes) -> None:
    digest = Sha256(octets.hex())
    assert from_base64(to_base64(digest)) == digest
    assert to_base64(digest) == base64.b64encode(octets).decode()


@pytest.mark.parametrize("parts", ["1", "2", "10000"])
def test_a_checksum_of_parts_is_no_checksum_of_the_bytes(parts: str) -> None:
    assert from_base64(f"{to_base64(DIGEST)}-{parts}") is None


def test_an_object_may_have_no_checksum() -> None:
    assert from_base64(None) is None
