"""Bytes to and from a store, by the signed requests that the API hands out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from urllib.parse import urlsplit

import httpx2

from demobackend_cli.api import new_client
from demobackend_cli.origins import origin_from
from demobackend_cli.problems import store_refusal
from demobackend_cli.progress import Advance
from demobackend_cli.stops import Stopped
from demobackend_cli.wire import Upload

CHUNK = 256 * 1024
_TIMEOUT = httpx2.Timeout(connect=5.0, read=120.0, write=60.0, pool=5.0)  # seconds; a store may sync much before it answers
_AS_STORED = {"Accept-Encoding": "identity"}


def put_bytes(upload: Upload, stream: BinaryIO, size: int, advance: Advance) -> None:
    """Make the signed request with `size` bytes of the stream. Raises `Stopped`."""
    headers = {**upload["headers"], "Content-Length": str(size)}
    with _told(upload["url"]), _client(upload["url"]) as client:
        answer = client.request(upload["method"], upload["url"], content=_chunks(stream, size, advance), headers=headers)
    if not answer.is_success:
        raise store_refusal(answer.status_code, answer.content)


@contextmanager
def got_bytes(url: str) -> Iterator[Iterator[bytes]]:
    """The bytes behind a signed address, as they come. Raises `Stopped`."""
    with _told(url), _client(url) as client, client.stream("GET", url, headers=_AS_STORED) as answer:
        if not answer.is_success:
            raise store_refusal(answer.status_code, answer.read())
        yield answer.iter_raw(CHUNK)


def _client(url: str) -> httpx2.Client:
    """A client of its own: our access token goes to no store."""
    parts = urlsplit(url)
    client = new_client(url, through_proxy=not origin_from(f"{parts.scheme}://{parts.netloc}").is_loopback)
    client.timeout = _TIMEOUT
    return client


def _chunks(stream: BinaryIO, size: int, advance: Advance) -> Iterator[bytes]:
    left = size
    while left:
        chunk = stream.read(min(CHUNK, left))
        if not chunk:
            raise Stopped("the file became shorter while it was read")
        yield chunk
        left -= len(chunk)
        advance(len(chunk))


@contextmanager
def _told(url: str) -> Iterator[None]:
    try:
        yield
    except httpx2.TransportError as error:
        place = urlsplit(url).netloc
        raise Stopped(f"the connection to {place} broke: {str(error) or type(error).__name__}") from None
