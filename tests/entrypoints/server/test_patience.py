"""Nobody holds a connection for nothing."""

from collections.abc import Iterator
from json import loads

import pytest
from tests.entrypoints.server.served import Bytes, Served, cheap_settings, new_key, served

from demobackend_server.patience import Patience

GET = b"GET /healthz HTTP/1.1\r\nHost: api.example.test\r\n"
RESEND = b"POST /v1/auth/confirm/resend HTTP/1.1\r\nHost: api.example.test\r\nContent-Type: application/json\r\n"
UNSIGNED = b"PUT /blobs/x HTTP/1.1\r\nHost: api.example.test\r\nContent-Length: 5000000000\r\n\r\n"
LARGE = 64 * 1024 * 1024  # more than the buffers of a socket take


@pytest.fixture(scope="module")
def hasty() -> Iterator[Served]:
    patience = Patience(head=0.4, body=0.4, upload=0.4, idle=0.4, sending=0.4, closing=0.4)
    with served(cheap_settings(profile="memory"), patience) as running:
        yield running


def test_a_connection_that_never_speaks_is_closed(hasty: Served) -> None:
    assert hasty.say() == b""


def test_a_head_that_never_ends_is_closed(hasty: Served) -> None:
    assert hasty.say(GET) == b""


def test_a_second_head_that_never_ends_is_closed(hasty: Served) -> None:
    with hasty.talk() as talk:
        talk.say(GET + b"\r\n" + GET)
        assert talk.answer().status == 200
        assert talk.hear_all() == b""


def test_a_connection_that_is_not_used_again_is_closed(hasty: Served) -> None:
    with hasty.talk() as talk:
        talk.say(GET + b"\r\n")
        assert talk.answer().status == 200
        assert talk.hear_all() == b""


def test_a_refused_client_that_does_not_hang_up_is_cut_off(hasty: Served) -> None:
    with hasty.talk() as talk:
        talk.say(b"no request\r\n\r\n")
        assert talk.answer().status == 400
        assert hasty.hung_up()


def test_an_unwanted_body_that_never_ends_is_cut_off(hasty: Served) -> None:
    with hasty.talk() as talk:
        talk.say(b"POST /v1/auth/login HTTP/1.1\r\nHost: api.example.test\r\nContent-Length: 5000000000\r\n\r\n")
        assert talk.answer().status == 413
        assert hasty.hung_up()


def test_a_client_that_does_not_take_its_bytes_is_cut_off(hasty: Served) -> None:
    zeros = Bytes(hasty, new_key())
    hasty.store(zeros.key, bytes(LARGE))
    target = zeros.download().url.removeprefix(hasty.origin).encode()
    with hasty.talk() as talk:
        talk.say(GET.replace(b"/healthz", target) + b"\r\n")
        assert hasty.hung_up()


def test_a_body_and_an_operation_have_29_seconds_each() -> None:
    assert (Patience().body, Patience().answer) == (29.0, 29.0)


@pytest.mark.parametrize(
    ("framing", "piece"),
    [(b"Content-Length: 200\r\n\r\n", b" "), (b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")],
    ids=["of a length", "in chunks"],
)
def test_a_body_that_keeps_coming_byte_by_byte_is_refused_when_its_time_is_over(hasty: Served, framing: bytes, piece: bytes) -> None:
    with hasty.talk() as talk:
        talk.say(RESEND + framing)
        assert talk.say_slowly(piece, times=200) < 200
        answer = talk.answer()
        assert (answer.status, loads(answer.body)["code"]) == (400, "incomplete_body")


def test_an_upload_that_keeps_coming_has_the_time_that_it_takes() -> None:
    with served(cheap_settings(profile="memory"), Patience(body=0.1)) as running:
        blob = Bytes(running, new_key())
        with running.talk() as talk:
            talk.say(blob.upload_head(20))
            assert talk.say_slowly(b"x", times=20) == 20
            assert (talk.answer().status, blob.stored) == (200, b"x" * 20)


def test_an_upload_that_stops_coming_is_refused_and_leaves_no_trace(hasty: Served) -> None:
    blob = Bytes(hasty, new_key())
    with hasty.talk() as talk:
        talk.say(blob.upload_head(20) + b"x")
        assert (talk.answer().status, blob.stored) == (400, None)


def test_who_is_refused_a_long_body_is_told_at_once_that_nothing_more_will_come() -> None:
    with served(cheap_settings(profile="memory"), Patience(closing=1000.0)) as running, running.talk() as talk:
        talk.say(UNSIGNED)
        assert (talk.answer().status, talk.hear_all()) == (403, b"")


def test_a_client_that_sends_on_after_a_refusal_is_cut_off_and_can_still_read_it(hasty: Served) -> None:
    with hasty.talk() as talk:
        talk.say(UNSIGNED)
        with pytest.raises(BrokenPipeError):  # which clients forgive, as they do not a reset
            talk.say_without_end(bytes(1024 * 1024))
        assert talk.answer().status == 403
