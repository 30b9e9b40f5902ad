"""What stands on the wire: request lines, fields, lengths and chunks, on raw sockets."""

from json import loads

import pytest
from tests.entrypoints.server.served import PASSWORD, Bytes, Served, new_key

from demobackend.api.raw import MAX_BODY_BYTES, MAX_HEAD_BYTES

HOST = b"Host: api.example.test\r\n"
GET = b"GET /healthz HTTP/1.1\r\n" + HOST
CLOSE = b"Connection: close\r\n"
LOGIN = b"POST /v1/auth/login HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
CREDENTIALS = b'{"email":"nobody@example.test","password":"%s"}' % PASSWORD.encode()

REFUSED = {
    "lengths that differ": LOGIN + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "one length twice": LOGIN + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a list of lengths": LOGIN + b"Content-Length: 2, 2\r\n\r\n{}",
    "a negative length": LOGIN + b"Content-Length: -1\r\n\r\n{}",
    "a length with a sign": LOGIN + b"Content-Length: +2\r\n\r\n{}",
    "an empty length": LOGIN + b"Content-Length:\r\n\r\n{}",
    "a length beyond numbers": LOGIN + b"Content-Length: 99999999999999999999\r\n\r\n{}",
    "a length before a coding": LOGIN + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a length behind a coding": LOGIN + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
    "a coding that nobody undoes": LOGIN + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a coding that does not end": LOGIN + b"Transfer-Encoding: identity\r\n\r\n{}",
    "chunked twice": LOGIN + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked in HTTP/1.0": LOGIN.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk whose size is no number": LOGIN + b"Transfer-Encoding: chunked\r\n\r\nx\r\n{}\r\n0\r\n\r\n",
    "a chunk longer than it says": LOGIN + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
    "chunks with bare line feeds": LOGIN + b"Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n",
    "a folded field": GET + b"X-Long: a\r\n b\r\n\r\n",
    "a bare line feed behind a field": GET + b"X-One: a\nX-Two: b\r\n\r\n",
    "bare line feeds everywhere": b"GET /healthz HTTP/1.1\nHost: api.example.test\n\n",
    "a bare carriage return": GET + b"X-One: a\rX-Two: b\r\n\r\n",
    "a blank before the colon": GET + b"X-One : a\r\n\r\n",
    "a blank before the first field": b"GET /healthz HTTP/1.1\r\n X-One: a\r\n" + HOST + b"\r\n",
    "a field without a colon": GET + b"X-One\r\n\r\n",
    "a field without a name": GET + b": a\r\n\r\n",
    "a NUL in a field": GET + b"X-One: a\0b\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": GET + HOST + b"\r\n",
    "a host with a path": b"GET /healthz HTTP/1.1\r\nHost: api.example.test/v1\r\n\r\n",
    "a host with a person": b"GET /healthz HTTP/1.1\r\nHost: ada@api.example.test\r\n\r\n",
    "a host with a query": b"GET /healthz HTTP/1.1\r\nHost: api.example.test?x\r\n\r\n",
    "a host with a backslash": b"GET /healthz HTTP/1.1\r\nHost: api.example.test\\x\r\n\r\n",
    "an empty host": b"GET /healthz HTTP/1.1\r\nHost:\r\n\r\n",
    "HTTP/0.9": b"GET /healthz\r\n\r\n",
    "HTTP/2.0": GET.replace(b"1.1", b"2.0") + b"\r\n",
    "HTTP/1.2": GET.replace(b"1.1", b"1.2") + b"\r\n",
    "two blanks in the request line": GET.replace(b" HTTP", b"  HTTP") + b"\r\n",
    "a blank in the target": GET.replace(b"/healthz", b"/health z") + b"\r\n",
    "a byte outside ASCII in the target": GET.replace(b"/healthz", b"/\xff") + b"\r\n",
    "a fragment": GET.replace(b"/healthz", b"/healthz#x") + b"\r\n",
    "a target without a slash": GET.replace(b"/healthz", b"healthz") + b"\r\n",
    "a target of another scheme": GET.replace(b"/healthz", b"ftp://api.example.test/healthz") + b"\r\n",
    "an authority as the target": b"CONNECT api.example.test:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method that is no word": GET.replace(b"GET", b"G(T") + b"\r\n",
    "no method": b" /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}


def status_of(octets: bytes) -> int:
    """The status of the first answer."""
    assert octets[:9] == b"HTTP/1.1 ", octets
    return int(octets[9:12])


def body_of(octets: bytes) -> bytes:
    """What follows the head of the first answer."""
    return octets.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("octets", REFUSED.values(), ids=REFUSED)
def test_what_is_no_request_is_400_in_our_own_words_and_ends_the_connection(memory: Served, octets: bytes) -> None:
    said = memory.say(octets)
    assert status_of(said) == 400
    assert loads(body_of(said))["code"] == "malformed"


@pytest.mark.parametrize("octets", REFUSED.values(), ids=REFUSED)
def test_what_is_no_request_is_400_also_byte_by_byte(memory: Served, octets: bytes) -> None:
    head = len(octets) - 4  # single bytes up to there, so that each state of the reader is met
    said = memory.say(*(octets[place : place + 1] for place in range(head)), octets[head:])
    assert status_of(said) == 400


@pytest.mark.parametrize("method", [b"BREW", b"TRACE", b"get", b"PROPFIND", b"M-SEARCH", b"CONNECT", b"OPTIONS", b"PRI"])
def test_a_method_that_a_path_does_not_have_is_405(memory: Served, method: bytes) -> None:
    said = memory.say(GET.replace(b"GET", method) + CLOSE + b"\r\n")
    assert status_of(said) == 405
    assert b"\r\nallow: GET, HEAD\r\n" in said


def test_an_unknown_method_may_have_a_body(memory: Served) -> None:
    with memory.talk() as talk:
        talk.say(GET.replace(b"GET", b"BREW") + b"Content-Length: 3\r\n\r\ntea" + GET + b"\r\n")
        assert [talk.answer().status, talk.answer().status] == [405, 200]


@pytest.mark.parametrize("target", [b"http://api.example.test/healthz", b"HTTP://other.example.test:80/healthz"])
def test_a_whole_url_as_the_target_is_taken_for_its_path(memory: Served, target: bytes) -> None:
    assert status_of(memory.say(GET.replace(b"/healthz", target) + CLOSE + b"\r\n")) == 200


@pytest.mark.parametrize("target", [b"*", b"http://api.example.test", b"http://api.example.test?x=1"])
def test_a_target_without_a_path_leads_nowhere(memory: Served, target: bytes) -> None:
    assert status_of(memory.say(GET.replace(b"/healthz", target) + CLOSE + b"\r\n")) == 404


def test_an_empty_line_before_a_request_is_forgiven(memory: Served) -> None:
    assert status_of(memory.say(b"\r\n" + GET + CLOSE + b"\r\n")) == 200


def test_http_1_0_is_answered_and_ended(memory: Served) -> None:
    assert status_of(memory.say(b"GET /healthz HTTP/1.0\r\n\r\n")) == 200


def test_a_client_may_end_its_side_behind_a_whole_request(memory: Served) -> None:
    assert status_of(memory.say(LOGIN + b"Content-Length: %d\r\n\r\n" % len(CREDENTIALS) + CREDENTIALS, end=True)) == 401


@pytest.mark.parametrize("spare", [0, 1])
def test_a_head_has_at_most_10240_bytes_without_its_empty_line(memory: Served, spare: int) -> None:
    padding = MAX_HEAD_BYTES - len(GET + CLOSE + b"X-Padding: \r\n") + spare
    head = GET + CLOSE + b"X-Padding: " + b"x" * padding + b"\r\n"
    assert len(head) == MAX_HEAD_BYTES + spare
    said = memory.say(head + b"\r\n")
    assert status_of(said) == (431 if spare else 200)


@pytest.mark.parametrize(
    "head",
    [GET + b"X-Request-Id: mine\r\n" + b"X-One: a\r\n" * 2_000, b"GET /" + b"a" * 20_000, GET + b"X-One: " + b"a" * 200_000],
    ids=["many fields", "a long target", "a long field"],
)
def test_a_head_that_grows_too_large_is_431_before_it_ends(memory: Served, head: bytes) -> None:
    said = memory.say(head)
    assert status_of(said) == 431
    assert loads(body_of(said))["code"] == "headers_too_large"


def test_a_refused_head_keeps_its_request_id(memory: Served) -> None:
    said = memory.say(GET + b"X-Request-Id: mine.1\r\nX-One: " + b"a" * 20_000 + b"\r\n\r\n")
    assert b"\r\nx-request-id: mine.1\r\n" in said
    assert loads(body_of(said))["request_id"] == "mine.1"


@pytest.mark.parametrize("spare", [0, 1])
@pytest.mark.parametrize("chunked", [False, True], ids=["of a length", "in chunks"])
def test_a_body_has_at_most_one_mebibyte(memory: Served, *, chunked: bool, spare: int) -> None:
    body = CREDENTIALS + b" " * (MAX_BODY_BYTES - len(CREDENTIALS) + spare)
    framed = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    if not chunked:
        framed = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    assert status_of(memory.say(LOGIN + CLOSE + framed)) == (413 if spare else 401)


def test_a_body_that_announces_too_much_is_refused_unread(memory: Served) -> None:
    with memory.talk() as talk:
        talk.say(LOGIN + b"Content-Length: 5000000000\r\n\r\n")
        assert talk.answer().status == 413


def test_a_connection_goes_on_behind_an_unwanted_body(memory: Served) -> None:
    with memory.talk() as talk:
        talk.say(LOGIN + b"Content-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1))
        refused = talk.answer()
        talk.say(b"x" * (MAX_BODY_BYTES + 1) + GET + b"\r\n")
        assert [refused.status, talk.answer().status] == [413, 200]


def test_a_client_that_sends_a_large_unwanted_body_whole_can_read_why_it_is_unwanted(memory: Served) -> None:
    mebibyte = bytes(1024 * 1024)
    with memory.talk() as talk:
        talk.say(b"PUT /blobs/x HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % (80 * len(mebibyte)))
        for _ in range(80):
            talk.say(mebibyte)
        answer = talk.answer()
        assert (answer.status, answer.headers["connection"], talk.hear_all()) == (403, "close", b"")


def test_a_large_upload_that_is_taken_does_not_end_its_connection(memory: Served) -> None:
    size = 20 * 1024 * 1024
    with memory.talk() as talk:
        talk.say(Bytes(memory, new_key()).upload_head(size) + bytes(size) + GET + b"\r\n")
        assert [talk.answer().status, talk.answer().status] == [200, 200]


def test_chunks_are_taken_however_they_are_cut(memory: Served) -> None:
    chunks = b"".join(b"1;note=x\r\n%c\r\n" % octet for octet in CREDENTIALS) + b"0\r\nX-Trailer: y\r\n\r\n"
    assert status_of(memory.say(LOGIN + b"Transfer-Encoding: chunked\r\n\r\n", chunks)) == 401


def test_endless_trailers_end_the_connection(memory: Served) -> None:
    said = memory.say(LOGIN + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", *[b"X-Trailer: " + b"x" * 1_000_000 + b"\r\n"] * 9)
    assert said == b"" or status_of(said) == 400


@pytest.mark.parametrize("end", [False, True], ids=["by hanging up", "by ending its side"])
@pytest.mark.parametrize(
    "framed",
    [b"Content-Length: 200\r\n\r\n%b", b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n"],
    ids=["of a length", "in chunks"],
)
def test_a_body_that_ends_early_has_no_effect(memory: Served, framed: bytes, *, end: bool) -> None:
    body = b'{"email":"early@example.test","password":"%b"}' % PASSWORD.encode()
    octets = framed % ((len(body), body) if b"%x" in framed else body)
    with memory.talk() as talk:
        talk.say(LOGIN.replace(b"/login", b"/register") + octets)
        if end:
            talk.end()
            said = talk.hear_all()
            assert said == b"" or status_of(said) == 400
    assert memory.hung_up()
    assert loads(memory.ask("GET", "/dev/mailbox?to=early@example.test").body) == {"items": []}


def test_a_chunk_that_is_none_has_no_effect(memory: Served) -> None:
    body = b'{"email":"broken@example.test","password":"%b"}' % PASSWORD.encode()
    octets = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\nno chunk\r\n" % (len(body), body)
    assert status_of(memory.say(LOGIN.replace(b"/login", b"/register"), octets)) == 400
    assert loads(memory.ask("GET", "/dev/mailbox?to=broken@example.test").body) == {"items": []}


def test_requests_sent_at_once_are_answered_in_their_order(memory: Served) -> None:
    login = LOGIN + b"Content-Length: %d\r\n\r\n" % len(CREDENTIALS) + CREDENTIALS
    nowhere = GET.replace(b"/healthz", b"/nowhere") + b"\r\n"
    with memory.talk() as talk:
        talk.say(login + GET + b"\r\n" + nowhere + login + GET + b"\r\n")
        assert [talk.answer().status for _ in range(5)] == [401, 200, 404, 401, 200]


def test_what_follows_a_request_in_chunks_is_never_taken_for_a_request(memory: Served) -> None:
    said = memory.say(LOGIN + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + GET + b"\r\n")
    assert said.count(b"HTTP/1.1 ") == 1
    assert b"\r\nconnection: close\r\n" in said


def test_an_offer_to_upgrade_is_declined_by_going_on(memory: Served) -> None:
    offer = b"Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==\r\n\r\n"
    with memory.talk() as talk:
        talk.say(GET + offer)
        first = talk.answer().status
        talk.say(GET + b"\r\n")
        assert [first, talk.answer().status] == [200, 200]


def test_a_client_that_waits_for_100_continue_gets_it(memory: Served) -> None:
    with memory.talk() as talk:
        talk.say(LOGIN + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(CREDENTIALS))
        assert talk.hear(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        talk.say(CREDENTIALS)
        assert talk.answer().status == 401


def test_a_client_that_waits_for_100_continue_is_refused_without_it(memory: Served) -> None:
    said = memory.say(LOGIN + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1))
    assert status_of(said) == 413
    assert said.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("target", ["/healthz", "/v1/openapi.json", "/docs", "/nowhere", "/v1/me"])
def test_head_is_get_without_its_body(memory: Served, target: str) -> None:
    headers = {"x-request-id": "fixed"}
    got, headed = memory.ask("GET", target, headers=headers), memory.ask("HEAD", target, headers=headers)
    got.headers.pop("date"), headed.headers.pop("date")
    assert (headed.status, headed.headers, headed.body) == (got.status, got.headers, b"")
    assert int(headed.headers["content-length"]) == len(got.body) > 0


def test_a_204_has_no_content_length(memory: Served) -> None:
    origin = {"origin": "https://app.example.test", "access-control-request-method": "GET"}
    answer = memory.ask("OPTIONS", "/healthz", headers=origin)
    assert answer.status == 204
    assert not {"content-length", "transfer-encoding"} & answer.headers.keys()
