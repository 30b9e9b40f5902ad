"""A signed request is permitted exactly as it was signed, until its life is over, under any living key."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demobackend.adapters.signed_urls import UploadPermit, UrlSigner
from demobackend.domain.model.disposition import Disposition, content_disposition
from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.names import FileName, MediaType
from demobackend.ports.secrets import Purpose

MILLISECOND = timedelta(milliseconds=1)


def test_a_signed_upload_permits_what_was_signed(bench):
    assert bench.put(bench.upload()) == UploadPermit(bench.key, 3, MediaType("text/plain; charset=utf-8"), bench.sha256)


def test_a_signed_upload_without_a_checksum_permits_any_bytes_of_that_length(bench):
    assert bench.put(bench.upload(sha256=None)).sha256 is None


def test_the_instructions_name_every_header_but_the_length(bench):
    request = bench.signer.sign_upload(bench.key, size=3, media_type=MediaType("text/plain"), sha256=bench.sha256, life=bench.life)
    assert request.headers == (("content-type", "text/plain"), ("if-none-match", "*"), ("x-amz-checksum-sha256", bench.checksum))
    assert parse_qs(urlsplit(request.url).query)["X-Signed-Headers"] == ["content-length;content-type;if-none-match;x-amz-checksum-sha256"]


def test_header_names_count_in_any_case_and_others_are_let_be(bench):
    wire = bench.upload()
    loud = tuple((name.title(), value) for name, value in wire.headers)
    assert bench.put(replace(wire, headers=(*loud, (b"User-Agent", b"x"), (b"Accept", b"*/*"), (b"Accept", b"text/html")))).size == 3


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_signed_download_permits_get_and_head_with_the_signed_answer(bench, method):
    permit = bench.signer.permit_download(method, bench.download().path, bench.download().query)
    assert (permit.key, permit.media_type) == (bench.key, MediaType("application/pdf"))
    assert permit.disposition == content_disposition(Disposition.ATTACHMENT, 'Zoë\'s "plan".pdf')


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8787", "https://files.example.test/", "https://example.test/under/a/path"])
def test_the_base_url_is_configured_and_no_part_of_the_signature(base_url, bench):
    elsewhere = UrlSigner(base_url, bench.secrets, bench.clock)
    request = elsewhere.sign_upload(bench.key, size=1, media_type=MediaType(), sha256=None, life=bench.life)
    assert request.url.startswith(base_url.rstrip("/") + "/blobs/")
    stripped = replace(bench.wire(request, size=1), path=f"/blobs/{bench.key.text}".encode())
    assert bench.put(stripped).key == bench.key


def _is_name(text: str) -> bool:
    try:
        FileName(text)
    except InvalidInput:
        return False
    return True


@given(
    name=st.text(min_size=1, max_size=60).filter(_is_name),
    size=st.integers(0, 5 * 1024**4),
    version=st.integers(1, 9_999_999_999),
    inline=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_signed_is_permitted(name, size, version, inline, new_bench):
    bench = new_bench()
    key = replace(bench.key, version=version)
    assert bench.put(bench.upload(key=key, size=size)) == UploadPermit(key, size, MediaType("text/plain; charset=utf-8"), bench.sha256)
    disposition = Disposition.INLINE if inline else Disposition.ATTACHMENT
    request = bench.signer.sign_download(key, name=FileName(name), media_type=MediaType(), disposition=disposition, life=bench.life)
    wire = bench.wire(request)
    permit = bench.signer.permit_download("GET", wire.path, wire.query)
    assert (permit.key, permit.disposition) == (key, content_disposition(disposition, FileName(name).value))


def test_a_permit_ends_with_its_life_to_the_millisecond(bench):
    upload, download = bench.upload(), bench.download()
    bench.clock.advance(bench.life - MILLISECOND)
    assert bench.put(upload).key == bench.key
    assert bench.signer.permit_download("GET", download.path, download.query).key == bench.key
    bench.clock.advance(MILLISECOND)
    assert bench.refuse_put(upload) == (403, "AccessDenied")
    assert bench.refuse_get(download) == (403, "AccessDenied")


def test_the_instructions_say_when_they_end(bench):
    request = bench.signer.sign_upload(bench.key, size=1, media_type=MediaType(), sha256=None, life=bench.life)
    assert request.expires_at == bench.clock.now() + bench.life


def test_a_rotated_key_still_verifies_and_no_longer_signs(bench):
    before = bench.upload()
    bench.secrets.rotate(Purpose.BLOB_URL)
    assert bench.put(before).key == bench.key
    assert bench.upload() != before


def test_what_a_forgotten_key_signed_is_refused(bench):
    before = bench.upload()
    for _ in range(2):
        bench.secrets.rotate(Purpose.BLOB_URL)
    assert bench.refuse_put(before) == (403, "SignatureDoesNotMatch")


def test_another_deployments_signature_is_refused(bench, new_bench):
    assert bench.refuse_put(new_bench().upload())[0] == 403
