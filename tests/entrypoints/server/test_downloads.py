"""GET and HEAD /blobs/{key}."""

from json import loads
from random import Random
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from tests.entrypoints.server.served import ORIGIN, Bytes, Served, new_key

from demobackend.api.raw import MAX_HEAD_BYTES
from demobackend.testing.wire import HttpRequest, send_over_http

SMALL = bytes(range(256)) * 4
LARGE = Random(3).randbytes(3 * 1024 * 1024 + 11)


@pytest.fixture(scope="module")
def small(either: Served) -> Bytes:
    blob = Bytes(either, new_key())
    either.store(blob.key, SMALL)
    return blob


@pytest.fixture(scope="module")
def large(either: Served) -> Bytes:
    blob = Bytes(either, new_key())
    either.store(blob.key, LARGE)
    return blob


def test_bytes_come_as_they_went_in(small: Bytes, large: Bytes) -> None:
    assert [small.get().body == SMALL, large.get().body == LARGE] == [True, True]


def test_an_empty_file_comes_empty(either: Served) -> None:
    blob = Bytes(either, new_key())
    either.store(blob.key, b"")
    answer = blob.get()
    assert (answer.status, answer.headers["content-length"], answer.body) == (200, "0", b"")


def test_type_and_name_are_those_that_were_signed(small: Bytes) -> None:
    signed = small.download("Übung.txt", "text/plain; charset=utf-8")
    answer = send_over_http(HttpRequest("GET", signed.url))
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == f"attachment; filename=\"Ubung.txt\"; filename*=UTF-8''{quote('Übung.txt')}"


def test_stored_bytes_cannot_act_as_a_page_of_ours(small: Bytes) -> None:
    headers = small.get().headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["cache-control"] == "private"


def test_head_is_get_without_its_body(large: Bytes) -> None:
    got, headed = large.get(), large.get(method="HEAD")
    for answer in (got, headed):
        answer.headers.pop("x-request-id"), answer.headers.pop("date")
    assert (headed.status, headed.headers, headed.body) == (200, got.headers, b"")


def test_head_has_no_parts(small: Bytes) -> None:
    assert small.get(("Range", "bytes=0-1"), method="HEAD").status == 200


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-1023", (0, 1023)),
        ("bytes=0-99999", (0, 1023)),
        ("bytes=5-", (5, 1023)),
        ("bytes=1023-", (1023, 1023)),
        ("bytes=-1", (1023, 1023)),
        ("bytes=-1024", (0, 1023)),
        ("bytes=-99999", (0, 1023)),
        ("BYTES=1-2", (1, 2)),
        ("bytes= 1-2", (1, 2)),
        ("bytes=00000001-0000002", (1, 2)),
    ],
)
def test_a_part_is_206(small: Bytes, asked: str, part: tuple[int, int]) -> None:
    answer = small.get(("Range", asked))
    first, last = part
    assert (answer.status, answer.headers["content-range"]) == (206, f"bytes {first}-{last}/1024")
    assert answer.body == SMALL[first : last + 1]


@pytest.mark.parametrize("first", [0, 1, 524_287, 524_288, 1_048_575, len(LARGE) - 300_000])
@pytest.mark.parametrize("length", [1, 300_000, 700_001])
def test_a_part_is_exact_wherever_it_lies(large: Bytes, first: int, length: int) -> None:
    assert large.get(("Range", f"bytes={first}-{first + length - 1}")).body == LARGE[first : first + length]


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=1024-1025", "bytes=-0", "bytes=9999999999999999999-"])
def test_a_part_that_is_not_there_is_416(small: Bytes, asked: str) -> None:
    answer = small.get(("Range", asked))
    assert (answer.status, answer.headers["content-range"], loads(answer.body)["code"]) == (416, "bytes */1024", "InvalidRange")


def test_an_empty_file_has_no_part(either: Served) -> None:
    blob = Bytes(either, new_key())
    either.store(blob.key, b"")
    assert blob.get(("Range", "bytes=0-")).headers["content-range"] == "bytes */0"


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=2-1", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=1-2,", "bytes=0x1-2", "bytes=1.0-2", "bytes=+1-2", "bytes 1-2",
        "bytes=\u0661-2", "items=0-1", "bytes=1-2-3", "0-1", "", "bytes=0-0,1-1", "bytes=-1,0-0", "bytes=" + "9" * 30 + "-",
    ],
)  # fmt: skip
def test_what_is_not_one_part_is_answered_with_the_whole(small: Bytes, asked: str) -> None:
    answer = small.get(("Range", asked.encode().decode("latin-1")))
    assert (answer.status, answer.body == SMALL) == (200, True)


def test_as_many_parts_as_a_head_holds_are_answered_with_the_whole(large: Bytes) -> None:
    asked = "bytes=" + "0-,0-," * 1_300
    answer = large.get(("Range", asked + "0-"))
    assert (answer.status, answer.body == LARGE) == (200, True)


def test_ten_thousand_parts_are_more_than_a_head_holds(small: Bytes) -> None:
    asked = "bytes=" + ",".join(f"{number}-{number}" for number in range(10_000))
    assert len(asked) > MAX_HEAD_BYTES
    assert small.get(("Range", asked)).status == 431


def test_two_range_headers_are_none(small: Bytes) -> None:
    assert small.get(("Range", "bytes=0-1"), ("Range", "bytes=0-1")).status == 200


def test_a_part_of_what_the_client_knows_is_sent_and_else_the_whole(small: Bytes) -> None:
    etag = small.get().headers["etag"]
    guards = [etag, f"W/{etag}", '"other"', "Sat, 01 Jan 2000 00:00:00 GMT"]
    assert [small.get(("Range", "bytes=0-1"), ("If-Range", guard)).status for guard in guards] == [206, 200, 200, 200]


def test_what_the_client_has_is_not_sent_again(small: Bytes) -> None:
    etag = small.get().headers["etag"]
    tags = [etag, f"W/{etag}", f'"other", {etag}', "*", '"other"']
    answers = [small.get(("If-None-Match", tag)) for tag in tags]
    assert [answer.status for answer in answers] == [304, 304, 304, 304, 200]
    assert (answers[0].headers["etag"], answers[0].body) == (etag, b"")
    assert small.get(("If-None-Match", etag), ("Range", "bytes=5000-")).status == 304


def test_bytes_that_are_not_there_are_404(either: Served) -> None:
    answer = Bytes(either, new_key()).get()
    assert (answer.status, loads(answer.body)["code"]) == (404, "NoSuchKey")


@pytest.mark.parametrize("kind", ["remove", "repeat", "change", "swap"])
@pytest.mark.parametrize("name", ["X-Expires", "response-content-disposition", "response-content-type", "X-Signature"])
def test_a_changed_address_is_403(small: Bytes, name: str, kind: str) -> None:
    url = urlsplit(small.download().url)
    pairs = parse_qsl(url.query)
    place = [pair[0] for pair in pairs].index(name)
    changed = {
        "remove": pairs[:place] + pairs[place + 1 :],
        "repeat": [*pairs, pairs[place]],
        "change": [*pairs[:place], (name, pairs[place][1] + "0"), *pairs[place + 1 :]],
        "swap": [pairs[place - 1] if number == place else pairs[place] if number == place - 1 % len(pairs) else pair
                 for number, pair in enumerate(pairs)],
    }[kind]  # fmt: skip
    if changed == pairs:
        changed = pairs[::-1]
    query = urlencode(changed, quote_via=lambda text, *_: quote(text, safe=""))
    assert send_over_http(HttpRequest("GET", f"{small.running.origin}{url.path}?{query}")).status == 403


@pytest.mark.parametrize("target", ["/blobs/", "/blobs/x", "/blobs/../healthz", "/blobs/%2e%2e/x", "/blobs//", "/blobs/x/"])
def test_an_unsigned_address_is_403_wherever_it_leads(memory: Served, target: str) -> None:
    assert [memory.ask(method, target).status for method in ("GET", "HEAD", "PUT")] == [403, 403, 403]


def test_a_download_is_good_for_nothing_else(small: Bytes) -> None:
    signed = small.download()
    assert send_over_http(HttpRequest("PUT", signed.url, (), b"x")).status == 403


def test_an_address_of_one_key_does_not_open_another(small: Bytes, large: Bytes) -> None:
    signed = small.download()
    assert send_over_http(HttpRequest("GET", signed.url.replace(small.key.text, large.key.text))).status == 403


def test_the_request_id_is_kept(small: Bytes) -> None:
    assert small.get(("X-Request-Id", "mine")).headers["x-request-id"] == "mine"
    assert small.get(("X-Request-Id", "no id")).headers["x-request-id"] != "no id"


def test_pages_of_a_configured_origin_may_read_and_store(small: Bytes) -> None:
    headers = small.get(("Origin", ORIGIN)).headers
    assert (headers["access-control-allow-origin"], headers["vary"]) == (ORIGIN, "Origin")
    assert "ETag" in headers["access-control-expose-headers"]
    preflight = (("Origin", ORIGIN), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "content-type"))
    allowed = send_over_http(HttpRequest("OPTIONS", small.upload(1).url, preflight))
    assert (allowed.status, allowed.headers["access-control-allow-methods"]) == (204, "GET, HEAD, PUT")
    assert {"content-type", "if-none-match", "x-amz-checksum-sha256"} <= set(
        allowed.headers["access-control-allow-headers"].lower().split(", ")
    )


def test_pages_of_another_origin_may_not(small: Bytes) -> None:
    assert "access-control-allow-origin" not in small.get(("Origin", "https://evil.test")).headers
    preflight = (("Origin", "https://evil.test"), ("Access-Control-Request-Method", "PUT"))
    assert send_over_http(HttpRequest("OPTIONS", small.upload(1).url, preflight)).status == 405


def test_a_client_that_hangs_up_early_harms_nobody(large: Bytes) -> None:
    url = urlsplit(large.download().url)
    with large.running.talk() as talk:
        talk.say(f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert talk.hear(9) == b"HTTP/1.1 "
    assert large.running.hung_up()
    assert large.get().body == LARGE


def test_damaged_bytes_are_never_served(local: Served) -> None:
    blob = Bytes(local, new_key())
    local.store(blob.key, LARGE)
    [path] = [path for path in local.application.settings.data.rglob("*") if path.is_file() and blob.key.upload_id in path.name]
    with path.open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"!")
    url = urlsplit(blob.download().url)
    said = local.say(f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert len(said.partition(b"\r\n\r\n")[2]) < len(LARGE)
    small_part = blob.get(("Range", "bytes=999999-1000001"))
    assert (small_part.status, loads(small_part.body)["code"]) == (500, "InternalError")
