"""What a request carries into the API, and what never gets there."""

import asyncio
from json import loads
from typing import Any, cast

import pytest
from litestar.types import Scope
from tests.entrypoints.server.served import ORIGIN, Served, cheap_settings, served

from demobackend_server.app import _QUICK, Server
from demobackend_server.patience import Patience


def test_the_network_is_the_peers_own_whatever_proxies_are_said_to_be() -> None:
    settings = cheap_settings(profile="memory", limits={"public_calls": 2})
    with served(settings) as running:
        statuses = [
            running.ask("POST", "/v1/auth/confirm/resend", {"email": "ada@example.test"}, {name: f"192.0.2.{number}"}).status
            for number, name in enumerate(("forwarded", "x-forwarded-for", "x-real-ip"))
        ]
    assert statuses == [202, 202, 429]


@pytest.mark.parametrize(
    ("target", "instance"),
    [("/a%252Fb", "/a%252Fb"), ("/a%2Fb", "/a/b"), ("//a//", "//a//"), ("/%00", "/%00"), ("/../etc/passwd", "/../etc/passwd")],
)
def test_a_path_is_decoded_once_and_never_normalised(memory: Served, target: str, instance: str) -> None:
    problem = loads(memory.ask("GET", target).body)
    assert (problem["code"], problem["instance"]) == ("not_found", instance)


@pytest.mark.parametrize("method", ["GET", "POST", "BREW"])
@pytest.mark.parametrize("target", ["/healthz/", "/docs/", "/dev", "/blobs", "/static/../healthz", "/schema", "/schema/openapi.json"])
def test_no_path_is_answered_but_our_own(memory: Served, method: str, target: str) -> None:
    answer = memory.ask(method, target)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_path_that_only_the_server_has_knows_its_methods(memory: Served) -> None:
    answers = [memory.ask("DELETE", target) for target in ("/dev/mailbox", "/docs", "/blobs/x")]
    assert [answer.status for answer in answers] == [405, 405, 405]
    assert [answer.headers["allow"] for answer in answers] == ["GET, HEAD", "GET, HEAD", "GET, HEAD, PUT"]


def test_the_server_names_neither_itself_nor_its_parts(memory: Served) -> None:
    answer = memory.ask("GET", "/healthz")
    assert not {"server", "x-powered-by", "via"} & answer.headers.keys()


def test_operations_that_run_on_the_event_loop_are_operations(memory: Served) -> None:
    names = {operation.name for methods in memory.application.routes.values() for operation in methods.values()}
    assert names >= _QUICK


def asked(server: Server, target: str) -> tuple[int, dict[bytes, bytes], Any]:
    """Status, headers and body of the answer to a GET that does not cross a network."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("there is no body")

    path, _, query = target.encode().partition(b"?")
    scope = {"type": "http", "method": "GET", "raw_path": path, "query_string": query, "headers": [], "client": ("192.0.2.1", 1)}
    asyncio.run(server(cast(Scope, scope), receive, send))
    server.close()
    return sent[0]["status"], dict(sent[0]["headers"]), loads(sent[1]["body"])


def test_a_server_that_is_too_busy_says_when_to_come_back(memory: Served) -> None:
    status, headers, problem = asked(Server(memory.application, waiting=0), "/v1/search")
    assert (status, headers[b"retry-after"], problem["code"]) == (503, b"1", "unavailable")


def test_an_operation_that_takes_too_long_is_given_up_and_can_be_tried_again(memory: Served) -> None:
    status, headers, problem = asked(Server(memory.application, patience=Patience(answer=0.0)), "/v1/search")
    assert (status, headers[b"retry-after"], problem["code"]) == (503, b"1", "unavailable")


PLAIN = ["", "?limit=5", "?order=name", "?order=created_at&limit=3&cursor=x"]
FILTERED = ["?tag=x", "?name_prefix=a", "?status=available", "?limit=5&tag=x", "?%74ag=x"]


@pytest.mark.parametrize(("target", "status"), [*((plain, 401) for plain in PLAIN), *((filtered, 503) for filtered in FILTERED)])
def test_a_list_that_walks_over_files_it_does_not_show_keeps_off_the_event_loop(memory: Served, target: str, status: int) -> None:
    no_threads = Server(memory.application, waiting=0)
    assert asked(no_threads, f"/v1/files{target}")[0] == status


def test_a_page_of_another_origin_may_read_answers_only_if_it_is_configured(memory: Served) -> None:
    allowed = [memory.ask("GET", "/healthz", headers={"origin": origin}).headers.get("access-control-allow-origin") for origin in FOREIGN]
    assert allowed == [ORIGIN, *[None] * (len(FOREIGN) - 1)]


FOREIGN = [
    ORIGIN,
    "null",
    "https://app.example.test.evil.test",
    "https://appXexample.test",
    "https://APP.example.test",
    "http://app.example.test",
    "https://evil.test/.example.test",
]
