"""What is logged of a request: one line each, with its id and never a secret."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from json import loads
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.entrypoints.server.served import Bytes, Served, ask, new_key, soon

from demobackend.adapters.signed_urls import UploadPermit
from demobackend.composition.logs import JsonLines
from demobackend.domain.model.blob import BlobKey, SignedRequest
from demobackend.domain.model.errors import Unavailable
from demobackend.domain.model.names import MediaType
from demobackend.domain.use_cases.events.note_arrival import NoteArrival
from demobackend.testing.wire import HttpRequest, send_over_http
from demobackend_server.uploads import Upload

CONTENT = b"seventeen herons crossed the estuary"
GET = b"GET /healthz HTTP/1.1\r\nHost: api.example.test\r\n"


class Lines(logging.Handler):
    """Keeps the lines as they would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.written.append(self.format(record))

    def one(self) -> dict[str, Any]:
        """The only line, which may come a moment after the answer."""
        assert soon(lambda: bool(self.written))
        (line,) = self.written
        told: dict[str, Any] = loads(line)
        return told


@pytest.fixture
def lines() -> Iterator[Lines]:
    logger, lines = logging.getLogger("demobackend"), Lines()
    level, handlers = logger.level, logger.handlers
    logger.handlers = [lines]
    logger.setLevel(logging.INFO)
    yield lines
    logger.handlers = handlers
    logger.setLevel(level)


def told(line: dict[str, Any]) -> tuple[Any, ...]:
    assert (line["logger"], line["message"]) == ("demobackend.requests", "request")
    assert isinstance(line["microseconds"], int)
    return (line["method"], line["operation"], line["status"], line["request_id"])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("target", "operation", "status"), [("/healthz", "health", 200), ("/v1/search", "search", 401), ("/x", None, 404)])
def test_a_request_is_told_by_its_own_method_and_the_id_of_its_answer(
    memory: Served, lines: Lines, method: str, target: str, operation: str | None, status: int
) -> None:
    answer = memory.ask(method, target)
    assert told(lines.one()) == (method, operation, status, answer.headers["x-request-id"])


def test_an_id_that_the_client_gave_is_in_the_line(memory: Served, lines: Lines) -> None:
    memory.ask("GET", "/v1/search", headers={"x-request-id": "theirs.1"})
    assert lines.one()["request_id"] == "theirs.1"


@pytest.mark.parametrize("octets", [b"no request\r\n\r\n", GET + b"X-Long: " + b"x" * 20_000], ids=["malformed", "too large"])
def test_a_head_that_is_refused_is_told(memory: Served, lines: Lines, octets: bytes) -> None:
    said = memory.say(octets)
    line = lines.one()
    request_id = line["request_id"]
    assert told(line)[1:] == (None, int(said[9:12]), request_id)
    assert b"\r\nx-request-id: %b\r\n" % request_id.encode() in said


def test_what_stands_for_a_method_in_a_refused_head_is_told_only_if_it_can_be_one(memory: Served, lines: Lines) -> None:
    memory.say(b"/blobs/x?X-Amz-Signature=c0ffee HTTP/1.1\r\n\r\n")
    assert lines.one()["method"] == ""


@pytest.fixture
def blob(memory: Served) -> Bytes:
    return Bytes(memory, new_key())


def test_an_upload_is_told(blob: Bytes, lines: Lines) -> None:
    answer = blob.put(CONTENT)
    assert told(lines.one()) == ("PUT", "put_blob", 200, answer.headers["x-request-id"])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("name", "value", "status"), [("X-One", "1", 200), ("Range", "bytes=0-1", 206), ("Range", "bytes=999-", 416)])
def test_a_download_is_told(blob: Bytes, lines: Lines, method: str, name: str, value: str, status: int) -> None:
    blob.running.store(blob.key, CONTENT)
    answer = blob.get((name, value), method=method)
    assert answer.status == (status if method == "GET" else 200)
    assert told(lines.one()) == (method, "get_blob", answer.status, answer.headers["x-request-id"])


@pytest.mark.parametrize(("method", "operation", "status"), [("PUT", "put_blob", 403), ("GET", "get_blob", 403), ("POST", None, 405)])
def test_a_refusal_to_give_or_take_bytes_is_told(memory: Served, lines: Lines, method: str, operation: str | None, status: int) -> None:
    answer = memory.ask(method, "/blobs/x")
    assert told(lines.one()) == (method, operation, status, answer.headers["x-request-id"])


def test_an_upload_that_breaks_off_is_told_as_one_without_an_answer(blob: Bytes, lines: Lines) -> None:
    with blob.running.talk() as talk:
        talk.say(blob.upload_head(len(CONTENT)) + CONTENT[:1])
    assert told(lines.one())[:3] == ("PUT", "put_blob", None)


def test_an_arrival_that_nobody_could_note_is_told_with_the_id_of_its_request(blob: Bytes, lines: Lines) -> None:
    def away(_: BlobKey) -> None:
        raise Unavailable

    door = replace(blob.running.application.blobs, note_arrival=cast(NoteArrival, away))
    permit = UploadPermit(blob.key, size=len(CONTENT), media_type=MediaType("text/plain"), sha256=None)
    Upload(door, permit, request_id="theirs.1").finish([CONTENT])
    line = lines.one()
    assert (line["message"], line["key"], line["request_id"]) == ("arrival not noted", blob.key.text, "theirs.1")


def secrets_of(request: SignedRequest) -> Iterator[str]:
    """What stands in the signed query, but for values too short to be told from others."""
    for name, values in parse_qs(urlsplit(request.url).query).items():
        yield name
        yield from (value for value in values if len(value) > 8)


def test_nothing_of_a_signed_query_is_logged(blob: Bytes, lines: Lines) -> None:
    upload, download = blob.upload(len(CONTENT)), blob.download()
    send_over_http(HttpRequest("PUT", upload.url, upload.headers, CONTENT))
    for url in (download.url, download.url + "x", upload.url):
        ask("", "GET", url)
    memory = blob.running
    memory.say(b"GET %b HTTP/1.1\r\n\r\n" % download.url.encode())
    assert soon(lambda: len(lines.written) == 5)
    text = "\n".join(lines.written)
    secrets = {*secrets_of(upload), *secrets_of(download)}
    assert len(secrets) > 4
    assert [secret for secret in secrets if secret in text] == []
