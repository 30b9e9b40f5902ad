"""Whatever differs from what was signed is refused, in S3's statuses."""

from dataclasses import replace
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def changed(data: st.DataObject, old: bytes) -> bytes:
    """The same but for up to three bytes, which change, come or go."""
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, min(len(old), start + 3)))
    return old[:start] + data.draw(st.binary(max_size=3)) + old[end:]


@given(data=st.data(), checked=st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_byte_of_an_upload_may_change_come_or_go(data, checked, new_bench):
    bench = new_bench()
    wire = bench.upload() if checked else bench.upload(sha256=None)
    part = data.draw(st.sampled_from(["path", "query", *(name for name, _ in wire.headers)]))
    if part == "path":
        other = replace(wire, path=changed(data, wire.path))
    elif part == "query":
        other = replace(wire, query=changed(data, wire.query))
    else:
        other = replace(wire, headers=tuple((name, changed(data, value) if name == part else value) for name, value in wire.headers))
    if other != wire:
        assert bench.refuse_put(other)[0] == 403


@given(data=st.data(), in_path=st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_byte_of_a_download_may_change_come_or_go(data, in_path, new_bench):
    bench = new_bench()
    wire = bench.download()
    other = replace(wire, path=changed(data, wire.path)) if in_path else replace(wire, query=changed(data, wire.query))
    if other != wire:
        assert bench.refuse_get(other)[0] == 403


@pytest.mark.parametrize("part", ["path", "query"])
def test_no_bit_of_an_address_may_flip(bench, part):
    for wire, refused in ((bench.upload(), bench.refuse_put), (bench.download(), bench.refuse_get)):
        old = getattr(wire, part)
        for bit in range(8 * len(old)):
            flipped = bytearray(old)
            flipped[bit // 8] ^= 1 << bit % 8
            assert refused(replace(wire, **{part: bytes(flipped)}))[0] == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "PATCH", "put", ""])
def test_an_upload_is_a_put_and_nothing_else(bench, method):
    assert bench.refuse_put(replace(bench.upload(), method=method)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "OPTIONS", "get", ""])
def test_a_download_is_a_get_or_head_and_nothing_else(bench, method):
    assert bench.refuse_get(replace(bench.download(), method=method)) == (403, "SignatureDoesNotMatch")


def test_neither_url_serves_as_the_other(bench):
    upload, download = bench.upload(), bench.download()
    assert bench.refuse_get(replace(upload, method="GET"))[0] == 403
    assert bench.refuse_put(replace(upload, query=download.query))[0] == 403


def test_an_upload_without_a_length_is_told_so(bench):
    assert bench.refuse_put(bench.upload().with_header(b"content-length", None)) == (411, "MissingContentLength")


def test_a_chunked_upload_has_no_length(bench):
    wire = bench.upload()
    assert bench.refuse_put(replace(wire, headers=(*wire.headers, (b"Transfer-Encoding", b"chunked"))))[0] == 411


@pytest.mark.parametrize("length", [b"2", b"4", b"03", b"+3", b"3 ", b"3.0", b"-3", b"", b"0x3", "٣".encode(), b"3, 3"])
def test_another_length_is_refused(bench, length):
    assert bench.refuse_put(bench.upload().with_header(b"content-length", length)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("name", [b"content-type", b"if-none-match", b"x-amz-checksum-sha256"])
def test_a_missing_or_other_signed_header_is_refused(bench, name):
    for value in (None, b"", b'"etag"', b"*, *", b"* ", b"text/plain", b"text/html"):
        assert bench.refuse_put(bench.upload().with_header(name, value)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("name", [b"content-length", b"content-type", b"if-none-match", b"x-amz-checksum-sha256"])
def test_a_repeated_signed_header_is_refused(bench, name):
    wire = bench.upload()
    value = dict(wire.headers)[name]
    for second in (value, b"other"):
        for headers in ((*wire.headers, (name.upper(), second)), ((name, second), *wire.headers)):
            assert bench.refuse_put(replace(wire, headers=headers))[0] == 403


@pytest.mark.parametrize("name", [b"x-amz-checksum-sha256", b"x-amz-acl", b"X-Amz-Meta-Owner", b"x-amz-security-token"])
def test_an_amazon_header_that_was_not_signed_is_refused(bench, name):
    wire = bench.upload(sha256=None)
    assert bench.refuse_put(replace(wire, headers=(*wire.headers, (name, bench.checksum.encode())))) == (403, "AccessDenied")


@pytest.mark.parametrize(
    "extra", ["x=1", "X-Expires=99999999999999", "X-Signature=" + "0" * 64, "response-content-type=text%2Fhtml", "", "="]
)
def test_a_repeated_or_unknown_parameter_is_refused(bench, extra):
    for wire, refused in ((bench.upload(), bench.refuse_put), (bench.download(), bench.refuse_get)):
        for query in (wire.query + b"&" + extra.encode(), extra.encode() + b"&" + wire.query):
            assert refused(replace(wire, query=query))[0] == 403


def test_a_missing_parameter_is_refused(bench):
    for wire, refused in ((bench.upload(), bench.refuse_put), (bench.download(), bench.refuse_get)):
        pairs = wire.query.split(b"&")
        for left_out in range(len(pairs)):
            assert refused(replace(wire, query=b"&".join(pairs[:left_out] + pairs[left_out + 1 :])))[0] == 403
        assert refused(replace(wire, query=b""))[0] == 403


def test_no_signed_header_can_be_signed_away(bench):
    wire = bench.upload()
    for names in ("content-length", "content-type;if-none-match", "host", ""):
        query = wire.query.replace(
            quote("content-length;content-type;if-none-match;x-amz-checksum-sha256", safe="").encode(), quote(names, safe="").encode()
        )
        assert bench.refuse_put(replace(wire, query=query))[0] == 403


@pytest.mark.parametrize("start", [b"/blobs%2F", b"/blobs//", b"/blobs/./", b"/x/../blobs/", b"/Blobs/", b"blobs/", b"//blobs/"])
@pytest.mark.parametrize("end", [b"", b"/", b"%00", b"?"])
def test_a_path_has_one_spelling(bench, start, end):
    for wire, refused in ((bench.upload(), bench.refuse_put), (bench.download(), bench.refuse_get)):
        assert refused(replace(wire, path=start + wire.path.removeprefix(b"/blobs/") + end))[0] == 403


def test_a_query_has_one_spelling(bench):
    wire = bench.download()
    decoded = unquote(wire.query.decode()).encode()
    lower = wire.query.replace(b"%2F", b"%2f")
    reordered = b"&".join(reversed(wire.query.split(b"&")))
    for query in (decoded, lower, reordered, wire.query.replace(b"%20", b"+"), b"?" + wire.query, wire.query + b"#x"):
        assert query != wire.query
        assert bench.refuse_get(replace(wire, query=query))[0] == 403


def test_a_signature_holds_for_one_key_only(bench):
    wire = bench.upload()
    assert bench.refuse_put(replace(wire, path=bench.upload(key=replace(bench.key, version=2)).path)) == (403, "SignatureDoesNotMatch")
