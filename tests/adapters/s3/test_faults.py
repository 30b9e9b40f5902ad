"""What S3 and the network can answer, and what the domain is told."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError, SSLError
from tests.adapters.amazon import Answer, error, scripted, session

from demobackend.adapters.botocore_clients import client_config
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.s3.blob_store import S3BlobStore
from demobackend.adapters.s3.checksums import to_base64
from demobackend.adapters.s3.probe import S3Probe
from demobackend.domain.model.errors import Corrupt, DomainError, Unavailable
from demobackend.domain.model.names import Sha256
from demobackend.testing.contracts.blob_store import read_all, sample_key
from demobackend.testing.samples import NOON

URL = "https://s3.example"
CONTENT = b"0123456789abcdef" * 20_000
CHECKSUM = to_base64(Sha256(sha256(CONTENT).hexdigest()))
STORED = {"content-length": "3", "last-modified": "Mon, 02 Nov 2026 09:39:09 GMT"}

CALLS: dict[str, Callable[[S3BlobStore], object]] = {
    "head": lambda store: store.head(sample_key()),
    "open": lambda store: store.open(sample_key()),
    "delete": lambda store: store.delete(sample_key()),
    "list": lambda store: list(store.keys_stored_before(NOON)),
}
NO_ANSWERS = [
    ConnectTimeoutError(endpoint_url=URL),
    ConnectionClosedError(endpoint_url=URL),
    EndpointConnectionError(endpoint_url=URL),
    ReadTimeoutError(endpoint_url=URL),
    SSLError(endpoint_url=URL, error=ValueError("certificate expired")),
]


def store_of(*lines: Answer | Exception, attempts: int = 1) -> S3BlobStore:
    client, _ = scripted("s3", *lines, attempts=attempts)
    return S3BlobStore(client, "bucket", ManualClock())


def refusal_of(call: str, *lines: Answer | Exception) -> type[DomainError]:
    with pytest.raises(DomainError) as refusal:
        CALLS[call](store_of(*lines))
    return type(refusal.value)


@pytest.mark.parametrize("silence", NO_ANSWERS, ids=lambda silence: type(silence).__name__)
@pytest.mark.parametrize("call", CALLS)
def test_a_call_without_an_answer_is_unavailable(call: str, silence: Exception) -> None:
    assert refusal_of(call, silence) is Unavailable


@pytest.mark.parametrize("answer", [Answer(), Answer(200, b"<ListBucketResult><Is"), Answer(200, b"no XML")])
def test_a_listing_that_cannot_be_read_is_unavailable(answer: Answer) -> None:
    assert refusal_of("list", answer) is Unavailable


def test_a_refused_connection_is_unavailable() -> None:
    client = session().client("s3", endpoint_url="http://127.0.0.1:1", config=client_config(attempts=1, signature="s3v4"))
    with pytest.raises(Unavailable):
        S3BlobStore(client, "bucket", ManualClock()).head(sample_key())


@pytest.mark.parametrize("fault", [error(503, "SlowDown"), ReadTimeoutError(endpoint_url=URL)], ids=["SlowDown", "time-out"])
def test_a_passing_fault_is_tried_three_times_in_all(fault: Answer | Exception) -> None:
    client, script = scripted("s3", fault, attempts=3)
    with pytest.raises(Unavailable):
        S3BlobStore(client, "bucket", ManualClock()).open(sample_key())
    assert len(script.requests) == 3


def test_a_fault_that_passes_is_not_seen() -> None:
    store = store_of(ConnectionClosedError(endpoint_url=URL), Answer(200, b"", STORED), attempts=3)
    assert store.head(sample_key()).size == 3


def test_what_will_be_refused_again_is_tried_once() -> None:
    client, script = scripted("s3", error(403, "AccessDenied"), attempts=3)
    with pytest.raises(Unavailable):
        S3BlobStore(client, "bucket", ManualClock()).delete(sample_key())
    assert len(script.requests) == 1


class Breaking(io.RawIOBase):
    """Half of the contents, then an error of the socket's."""

    def __init__(self, error: OSError) -> None:
        self._left = io.BytesIO(CONTENT[: len(CONTENT) // 2])
        self._error = error

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._left.read(size)
        if not chunk:
            raise self._error
        return chunk


@pytest.mark.parametrize("fault", [TimeoutError("timed out"), ConnectionResetError(104, "reset")], ids=["time-out", "reset"])
def test_contents_whose_connection_breaks_are_unavailable(fault: OSError) -> None:
    store = store_of(Answer(200, Breaking(fault), {"content-length": str(len(CONTENT))}))
    with store.open(sample_key()) as stream:
        assert stream.read(1_000) == CONTENT[:1_000]
        with pytest.raises(Unavailable):
            stream.read()


@pytest.mark.parametrize("headers", [{}, {"x-amz-checksum-sha256": CHECKSUM}], ids=["no checksum", "checksum"])
@pytest.mark.parametrize("size", [-1, 1_000, len(CONTENT)])
def test_contents_that_end_early_are_unavailable(size: int, headers: dict[str, str]) -> None:
    store = store_of(Answer(200, CONTENT[:-1], {"content-length": str(len(CONTENT)), **headers}))
    with store.open(sample_key()) as stream, pytest.raises(Unavailable):
        read_in_steps(stream.read, size)


@pytest.mark.parametrize("size", [-1, 1_000, len(CONTENT)])
def test_contents_that_are_not_what_was_stored_are_corrupt(size: int) -> None:
    store = store_of(Answer(200, CONTENT[:-1] + b"x", {"x-amz-checksum-sha256": CHECKSUM}))
    with store.open(sample_key()) as stream, pytest.raises(Corrupt):
        read_in_steps(stream.read, size)


@pytest.mark.parametrize("headers", [{}, {"x-amz-checksum-sha256": CHECKSUM}, {"x-amz-checksum-sha256": f"{CHECKSUM}-3"}])
def test_sound_contents_come_whole(headers: dict[str, str]) -> None:
    assert read_all(store_of(Answer(200, CONTENT, headers)), sample_key()) == CONTENT


def read_in_steps(read: Callable[[int], bytes], size: int) -> None:
    while read(size):
        pass


@pytest.mark.parametrize("checksum", ["AAAA", "no checksum", "=", CHECKSUM[:-4]])
def test_a_checksum_that_is_none_is_corrupt(checksum: str) -> None:
    assert refusal_of("head", Answer(200, b"", {**STORED, "x-amz-checksum-sha256": checksum})) is Corrupt


def test_every_page_of_a_listing_is_read_and_foreign_keys_are_passed_over() -> None:
    keys = [sample_key(number).text for number in range(4)]
    pages = [page(keys[:1], next_page="a+/ b"), page(["backup.tar", "../x", "a b"], next_page="c"), page(keys[1:])]
    client, script = scripted("s3", *pages)
    store = S3BlobStore(client, "bucket", ManualClock())
    assert [key.text for key in store.keys_stored_before(datetime(2026, 11, 2, 9, 39, 10, tzinfo=UTC))] == keys
    assert ["continuation-token" in request.url for request in script.requests] == [False, True, True]
    assert "continuation-token=a%2B%2F%20b" in script.requests[1].url


def test_a_listing_that_breaks_off_is_unavailable_after_its_first_keys() -> None:
    keys: Iterator[object] = store_of(page([sample_key().text], next_page="2"), error(503, "SlowDown")).keys_stored_before(NOON)
    assert next(keys) == sample_key()
    with pytest.raises(Unavailable):
        next(keys)


def page(keys: list[str], *, next_page: str = "") -> Answer:
    contents = "".join(f"<Contents><Key>{key}</Key><LastModified>2026-11-02T09:39:09.000Z</LastModified></Contents>" for key in keys)
    more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{next_page}</NextContinuationToken>"
    return Answer(
        200, f"<ListBucketResult>{contents}{more if next_page else '<IsTruncated>false</IsTruncated>'}</ListBucketResult>".encode()
    )


def test_the_probe_asks_for_the_bucket() -> None:
    client, script = scripted("s3", Answer())
    S3Probe(client, "bucket").check()
    assert [request.method for request in script.requests] == ["HEAD"]


@pytest.mark.parametrize("line", [Answer(404), ConnectTimeoutError(endpoint_url=URL)])
def test_the_probe_tells_of_a_bucket_that_does_not_answer(line: Answer | Exception) -> None:
    with pytest.raises(Unavailable):
        S3Probe(scripted("s3", line)[0], "bucket").check()
