"""The proxy spoils what it is told to, nothing else, and tells what it did."""

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, IncompleteRead, RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from tests.servers.faults import LOST, UNSENT, Answer, Cut, CutHead, Fault, Loss, Passage
from tests.servers.process import LOOPBACK
from tests.servers.proxy import Proxy, proxy_to

BODY = b"what is sent"
THROTTLED = Answer(503, (("Retry-After", "1"),), b"not now")


class Origin(ThreadingHTTPServer):
    """A server that keeps what it was asked and answers with the number of the request and its body."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _Origin)
        self.asked: list[tuple[str, str, bytes]] = []


class _Origin(BaseHTTPRequestHandler):
    server: Origin
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(body) < int(self.headers["Content-Length"]):
            return
        self.server.asked.append((self.path, self.headers["Host"], body))
        answer = b"%d: %b" % (len(self.server.asked), body)
        self.send_response(200)
        self.send_header("X-Own", "ä b".encode().decode("latin-1"))
        if self.path == "/chunked":
            self.send_header("Transfer-Encoding", "chunked")
            answer = b"%x\r\n%b\r\n0\r\n\r\n" % (len(answer), answer)
        else:
            self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(origin: Origin) -> Iterator[Proxy]:
    with proxy_to(f"http://{LOOPBACK}:{origin.server_address[1]}") as proxy:
        yield proxy


@pytest.fixture
def client(proxy: Proxy) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(LOOPBACK, proxy.server_address[1], timeout=30)
    yield connection
    connection.close()


def post(client: HTTPConnection, path: str = "/") -> bytes:
    client.request("POST", path, BODY)
    return client.getresponse().read()


def test_what_is_not_spoiled_passes_as_it_is(client: HTTPConnection, origin: Origin) -> None:
    client.request("POST", "/a%20b?c=%2F", BODY, {"Host": "signed.example"})
    answer = client.getresponse()
    assert (answer.status, answer.headers["X-Own"], answer.read()) == (200, "ä b".encode().decode("latin-1"), b"1: " + BODY)
    assert origin.asked == [("/a%20b?c=%2F", "signed.example", BODY)]


def test_a_connection_carries_one_exchange_after_the_other(client: HTTPConnection) -> None:
    answers = [post(client)]
    first = client.sock
    answers.append(post(client))
    assert (answers, client.sock is first) == ([b"1: " + BODY, b"2: " + BODY], True)


def test_an_answer_in_chunks_comes_whole(client: HTTPConnection) -> None:
    assert post(client, "/chunked") == b"1: " + BODY


def test_the_answer_to_a_head_tells_the_length_of_what_it_does_not_bring(client: HTTPConnection) -> None:
    client.request("HEAD", "/")
    assert client.getresponse().headers["Content-Length"] == "1000"


def test_only_the_exchanges_that_are_named_are_spoiled(proxy: Proxy, client: HTTPConnection) -> None:
    with proxy.spoil({2: UNSENT}) as case:
        assert post(client) == b"1: " + BODY
        with pytest.raises(ConnectionResetError):
            post(client)
        client.close()
        assert post(client) == b"2: " + BODY
    assert post(client) == b"3: " + BODY
    assert (len(case.requests), case.forwarded, case.spoiled) == (3, 2, 1)


@pytest.mark.parametrize(("fault", "asked"), [(UNSENT, 0), (LOST, 1)])
def test_a_reset_comes_before_or_after_the_server_was_asked(
    proxy: Proxy, client: HTTPConnection, origin: Origin, fault: Fault, asked: int
) -> None:
    with proxy.spoil({1: fault}) as case, pytest.raises(ConnectionResetError):
        post(client)
    assert len(origin.asked) == case.forwarded == asked


@pytest.mark.parametrize(("passage", "asked"), [(Passage.NEVER, 0), (Passage.ONCE, 1)])
def test_a_silence_outlasts_the_patience_of_the_client(
    proxy: Proxy, client: HTTPConnection, origin: Origin, passage: Passage, asked: int
) -> None:
    client.timeout = 0.05
    with proxy.spoil({1: Fault(passage, Loss.SILENCE)}), pytest.raises(TimeoutError):
        post(client)
    assert len(origin.asked) == asked


def test_a_cut_answer_is_shorter_than_it_says(proxy: Proxy, client: HTTPConnection) -> None:
    with proxy.spoil({1: Fault(Passage.ONCE, Cut(-1))}), pytest.raises(IncompleteRead) as broken:
        post(client)
    assert (broken.value.partial, broken.value.expected) == (b"1: " + BODY[:-1], 1)


def test_a_cut_answer_may_say_that_it_is_whole(proxy: Proxy, client: HTTPConnection) -> None:
    with proxy.spoil({1: Fault(Passage.ONCE, Cut(4, agreed=True))}):
        assert post(client) == b"1: w"


@pytest.mark.parametrize(("end", "error"), [(5, HTTPException), (-len(BODY), IncompleteRead), (0, RemoteDisconnected)])
def test_an_answer_may_be_cut_in_its_head(proxy: Proxy, client: HTTPConnection, end: int, error: type[Exception]) -> None:
    with proxy.spoil({1: Fault(Passage.ONCE, CutHead(end))}), pytest.raises(error):
        post(client)


@pytest.mark.parametrize(("passage", "asked"), [(Passage.NEVER, 0), (Passage.ONCE, 1)])
def test_an_answer_of_the_proxys_own_takes_the_place_of_the_servers(
    proxy: Proxy, client: HTTPConnection, origin: Origin, passage: Passage, asked: int
) -> None:
    with proxy.spoil({1: Fault(passage, THROTTLED)}):
        client.request("POST", "/", BODY)
        answer = client.getresponse()
        assert (answer.status, answer.headers["Retry-After"], answer.read()) == (503, "1", b"not now")
    assert len(origin.asked) == asked


def test_a_request_that_comes_twice_is_answered_with_the_second_answer(proxy: Proxy, client: HTTPConnection, origin: Origin) -> None:
    with proxy.spoil({1: Fault(Passage.TWICE)}) as case:
        assert post(client) == b"2: " + BODY
    assert origin.asked[0] == origin.asked[1]
    assert case.forwarded == 2


def test_a_late_request_comes_when_it_is_told_to(proxy: Proxy, client: HTTPConnection, origin: Origin) -> None:
    with proxy.spoil({1: Fault(Passage.LATE, Loss.RESET)}) as case, pytest.raises(ConnectionResetError):
        post(client)
    assert origin.asked == []
    case.deliver_late()
    case.deliver_late()
    assert [body for _, _, body in origin.asked] == [BODY]


def test_half_a_request_is_none(proxy: Proxy, client: HTTPConnection, origin: Origin) -> None:
    with proxy.spoil({1: Fault(Passage.HALF, Loss.RESET)}), pytest.raises(ConnectionResetError):
        post(client)
    assert origin.asked == []


def test_nothing_listens_when_the_block_is_left(origin: Origin) -> None:
    with proxy_to(f"http://{LOOPBACK}:{origin.server_address[1]}") as proxy:
        client = HTTPConnection(LOOPBACK, proxy.server_address[1], timeout=30)
        post(client)
    assert client.sock.recv(1) == b""
    client.close()
    with pytest.raises(ConnectionRefusedError):
        post(client)
