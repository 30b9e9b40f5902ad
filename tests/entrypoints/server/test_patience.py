"""Nobody holds a connection for nothing."""

from collections.abc import Iterator

import pytest
from tests.entrypoints.server.served import Bytes, Served, cheap_settings, new_key, served

from demobackend_server.patience import Patience

GET = b"GET /healthz HTTP/1.1\r\nHost: api.example.test\r\n"
LARGE = 64 * 1024 * 1024  # more than the buffers of a socket take


@pytest.fixture(scope="module")
def hasty() -> Iterator[Served]:
    patience = Patience(head=0.4, idle=0.4, sending=0.4, closing=0.4)
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
