"""What a request carries into the API, and what never gets there."""

import asyncio
from json import loads
from typing import Any, cast

import pytest
from litestar.types import Scope
from tests.entrypoints.server.served import ORIGIN, Served, cheap_settings, served

from demobackend_server.app import _QUICK, Server


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


def test_a_server_that_is_too_busy_says_when_to_come_back(memory: Served) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("there is no body")

    scope = {"type": "http", "method": "GET", "raw_path": b"/v1/search", "query_string": b"", "headers": [], "client": ("192.0.2.1", 1)}
    server = Server(memory.application, waiting=0)
    asyncio.run(server(cast(Scope, scope), receive, send))
    server.close()
    assert (sent[0]["status"], dict(sent[0]["headers"])[b"retry-after"]) == (503, b"1")
    assert loads(sent[1]["body"])["code"] == "unavailable"


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
