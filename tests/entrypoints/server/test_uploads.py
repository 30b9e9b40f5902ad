"""PUT /blobs/{key}: exactly what was signed, once, in time, or nothing."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from json import loads
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
from tests.entrypoints.server.served import Bytes, Served, new_key, soon

from demobackend.adapters.signed_urls import UploadPermit
from demobackend.domain.model.blob import SignedRequest
from demobackend.domain.model.change import ChangeKind
from demobackend.domain.model.errors import Unavailable
from demobackend.domain.model.names import MediaType
from demobackend.testing.wire import HttpAnswer, HttpRequest, send_over_http, signed
from demobackend_server.uploads import Upload

CONTENT = b"seventeen herons crossed the estuary"
DIGEST = sha256(CONTENT).hexdigest()


@pytest.fixture
def blob(either: Served) -> Bytes:
    return Bytes(either, new_key())


def with_header(request: SignedRequest, name: str, value: str | None) -> HttpRequest:
    """The request with another value of a header, or without it."""
    kept = tuple((given, text) for given, text in request.headers if given != name)
    return HttpRequest(request.method, request.url, kept if value is None else (*kept, (name, value)), CONTENT)


def refused(answer: HttpAnswer, status: int, code: str) -> bool:
    """Whether an answer is this refusal, in our form."""
    problem = loads(answer.body)
    form = (answer.headers["content-type"], problem["request_id"], problem["status"])
    return (answer.status, problem["code"]) == (status, code) and form == (
        "application/problem+json",
        answer.headers["x-request-id"],
        status,
    )


def test_what_was_signed_is_stored_and_its_etag_told(blob: Bytes) -> None:
    answer = blob.put(CONTENT)
    assert (answer.status, answer.headers["etag"], blob.stored) == (200, f'"{DIGEST}"', CONTENT)


def test_an_empty_file_is_a_file(blob: Bytes) -> None:
    assert (blob.put(b"").status, blob.stored) == (200, b"")


def test_many_megabytes_arrive_whole(blob: Bytes) -> None:
    content = Random(7).randbytes(9 * 1024 * 1024 + 7)
    request = blob.upload(len(content), sha256=sha256(content).hexdigest())
    assert (send_over_http(signed(request, content)).status, blob.stored == content) == (200, True)


def test_an_arrival_is_noted_for_clients_that_never_say_so(blob: Bytes) -> None:
    blob.put(CONTENT)
    feed, now = blob.running.application.feed, blob.running.application.clock.now()
    later = now + timedelta(days=1)
    noted = [delivery.change for delivery in feed.claim(limit=100, at=later, lease=timedelta(0))]
    assert [change.kind for change in noted if change.upload_id == blob.key.upload_id] == [ChangeKind.BYTES_ARRIVED]


def test_bytes_are_stored_once(blob: Bytes) -> None:
    assert blob.put(CONTENT).status == 200
    assert refused(blob.put(CONTENT[::-1]), 412, "PreconditionFailed")
    assert blob.stored == CONTENT


@pytest.mark.parametrize("size", [len(CONTENT), 3 * 1024 * 1024])
def test_other_bytes_than_those_declared_are_refused(blob: Bytes, size: int) -> None:
    content = b"x" * size
    assert refused(send_over_http(signed(blob.upload(size, sha256=DIGEST), content)), 400, "BadDigest")
    assert blob.stored is None


@pytest.mark.parametrize("size", [0, len(CONTENT) - 1, len(CONTENT) + 1])
def test_another_length_is_refused(blob: Bytes, size: int) -> None:
    request = signed(blob.upload(size), CONTENT)
    assert refused(send_over_http(request), 403, "SignatureDoesNotMatch")
    assert blob.stored is None


def test_no_length_is_refused(blob: Bytes) -> None:
    url = urlsplit(blob.upload(len(CONTENT)).url)
    head = f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nIf-None-Match: *\r\n"
    with blob.running.talk() as talk:
        talk.say(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(CONTENT), CONTENT))
        assert refused(talk.answer(), 411, "MissingContentLength")
    with blob.running.talk() as talk:
        talk.say(head.encode() + b"\r\n")
        assert refused(talk.answer(), 411, "MissingContentLength")
    assert blob.stored is None


@pytest.mark.parametrize("value", [None, "text/html", "text/plain;", "Text/Plain"])
@pytest.mark.parametrize("name", ["content-type", "if-none-match", "x-amz-checksum-sha256"])
def test_a_missing_or_changed_header_that_was_signed_is_refused(blob: Bytes, name: str, value: str | None) -> None:
    assert send_over_http(with_header(blob.upload(len(CONTENT), sha256=DIGEST), name, value)).status == 403
    assert blob.stored is None


@pytest.mark.parametrize("name", ["content-type", "if-none-match", "x-amz-checksum-sha256"])
def test_a_repeated_header_that_was_signed_is_refused(blob: Bytes, name: str) -> None:
    request = blob.upload(len(CONTENT), sha256=DIGEST)
    twice = (*request.headers, (name, dict(request.headers)[name]))
    assert refused(send_over_http(HttpRequest("PUT", request.url, twice, CONTENT)), 403, "AccessDenied")
    assert blob.stored is None


def test_an_amazon_header_that_was_not_signed_is_refused(blob: Bytes) -> None:
    assert refused(send_over_http(with_header(blob.upload(len(CONTENT)), "x-amz-acl", "public-read")), 403, "AccessDenied")


def test_an_address_is_over_in_time(blob: Bytes) -> None:
    late = replace(blob, life=timedelta(0))
    assert refused(late.put(CONTENT), 403, "AccessDenied")
    assert refused(late.get(), 403, "AccessDenied")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "PATCH"])
def test_an_upload_is_good_for_nothing_else(blob: Bytes, method: str) -> None:
    blob.running.store(blob.key, CONTENT)
    answer = send_over_http(HttpRequest(method, blob.upload(len(CONTENT)).url))
    assert answer.status == (403 if method in {"GET", "HEAD"} else 405)
    assert blob.stored == CONTENT


def test_a_client_that_waits_for_100_continue_gets_it_only_for_what_is_signed(blob: Bytes) -> None:
    request = blob.upload(len(CONTENT))
    url = urlsplit(request.url)
    lines = [
        f"PUT {url.path}?{url.query} HTTP/1.1",
        "Host: x",
        "Expect: 100-continue",
        *(f"{name}: {text}" for name, text in request.headers),
    ]
    head = "\r\n".join(lines).encode()
    refusal = blob.running.say(head + b"\r\nContent-Length: 1\r\n\r\n")
    assert refusal.startswith(b"HTTP/1.1 403 ")
    with blob.running.talk() as talk:
        talk.say(head + b"\r\nContent-Length: %d\r\n\r\n" % len(CONTENT))
        assert talk.hear(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        talk.say(CONTENT)
        assert talk.answer().status == 200


@pytest.mark.parametrize("sent", [0, 1, 2 * 1024 * 1024 + 5])
@pytest.mark.parametrize("end", [False, True], ids=["hangs up", "ends its side"])
def test_a_client_that_leaves_in_the_middle_leaves_no_trace(blob: Bytes, sent: int, *, end: bool) -> None:
    content = b"x" * (3 * 1024 * 1024)
    octets = blob.upload_head(len(content)) + content[:sent]
    with blob.running.talk() as talk:
        talk.say(octets)
        if end:
            talk.end()
            assert talk.hear_all() == b""
    assert blob.running.hung_up()
    assert blob.stored is None
    assert blob.put(CONTENT).status == 200


def test_a_write_that_begins_after_the_upload_was_given_up_is_refused(local: Served) -> None:
    door = local.application.blobs
    assert door is not None
    upload = Upload(door, UploadPermit(new_key(), size=len(CONTENT), media_type=MediaType("text/plain"), sha256=None), request_id="1")
    upload.discard()
    with pytest.raises(Unavailable):
        upload.write([CONTENT])


def test_nothing_unfinished_lies_about(local: Served, data: Path) -> None:
    def unfinished() -> list[Path]:
        return [path for path in data.rglob("*") if path.name.startswith(".new-")]

    assert soon(lambda: not unfinished()), unfinished()  # a thread clears up after a client that has gone


def test_of_two_at_once_one_is_stored(blob: Bytes) -> None:
    content = [bytes([number]) * 2_000_000 for number in (1, 2)]
    octets = blob.upload_head(2_000_000)
    with blob.running.talk() as one, blob.running.talk() as other:
        one.say(octets + content[0][:1_999_999])
        other.say(octets + content[1][:1_999_999])
        one.say(content[0][-1:])
        other.say(content[1][-1:])
        assert sorted([one.answer().status, other.answer().status]) == [200, 412]
    assert blob.stored in content
