"""In how many pieces an answer leaves."""

import asyncio
from collections.abc import Iterable

import pytest

from demobackend_server.patience import GentleTransport

HEAD, BODY, MORE = b"HTTP/1.1 200 OK\r\n\r\n", b"a body", b"and more of it"


class Wire(asyncio.Transport):
    """Keeps each piece that it is given to send."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.pieces.append(bytes(data))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.pieces.append(b"".join(list_of_data))

    def is_closing(self) -> bool:
        return False


@pytest.fixture
def wire() -> Wire:
    return Wire()


def answering(wire: Wire, *, begun: bool = True) -> GentleTransport:
    """What an answer is written to, once it has begun."""
    return GentleTransport(wire, begun=lambda: begun, close=lambda: None)


def test_a_head_leaves_with_the_first_bytes_of_its_body(wire: Wire) -> None:
    transport = answering(wire)
    transport.write(HEAD)
    transport.write(BODY)
    transport.write(MORE)
    assert wire.pieces == [HEAD + BODY, MORE]


def test_a_head_that_no_body_follows_leaves_when_its_answer_is_complete(wire: Wire) -> None:
    transport = answering(wire)
    transport.write(HEAD)
    transport.finish()
    assert wire.pieces == [HEAD]


def test_the_next_answer_leaves_in_one_piece_too(wire: Wire) -> None:
    transport = answering(wire)
    for _ in range(2):
        transport.write(HEAD)
        transport.write(BODY)
        transport.finish()
    assert wire.pieces == [HEAD + BODY] * 2


def test_what_is_no_answer_leaves_at_once(wire: Wire) -> None:
    answering(wire, begun=False).write(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert wire.pieces == [b"HTTP/1.1 100 Continue\r\n\r\n"]
