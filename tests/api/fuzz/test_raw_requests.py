"""Ten thousand requests of every kind, half of them to each family of stores, and what no answer to them may be."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

import pytest
from pydantic import TypeAdapter
from tests.api.fuzz.known import Scene, begin
from tests.api.fuzz.raw_requests import Fuzzer

from demobackend.adapters.memory.clock import ManualClock
from demobackend.api.codes import CODES
from demobackend.api.models.problem import ProblemOut
from demobackend.api.openapi import document
from demobackend.api.operation import Access, Operation
from demobackend.api.operations.table import OPERATIONS
from demobackend.api.raw import RawRequest, Reply
from demobackend.testing.client import match
from demobackend.testing.world import local_stores, memory_stores

REQUESTS = {"memory": 5_000, "local": 5_000}
SETTLE_EVERY = 50
DOCUMENTED_CODES = {code.word for code in CODES}
VISIBLE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")

type Exchange = tuple[RawRequest, Operation[Any] | None, Reply]


@cache
def adapter(model: type) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def is_exactly(model: type, value: object) -> bool:
    """Whether it has the model's fields, their types, and no others."""
    return bool(adapter(model).validate_python(value, strict=True) == value)


def operation_of(raw: RawRequest) -> Operation[Any] | None:
    return (match(raw.path)[0] or {}).get("GET" if raw.method == "HEAD" else raw.method)


@pytest.fixture(scope="module", params=REQUESTS)
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def scene(family: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    clock = ManualClock()
    stores = memory_stores(clock) if family == "memory" else local_stores(clock, tmp_path_factory.mktemp("local"))
    yield begin(stores, clock)
    stores.close()


@pytest.fixture(scope="module")
def exchanges(scene: Scene, family: str) -> list[Exchange]:
    """Every request with its operation and its answer."""
    fuzzer, done = Fuzzer(Random(f"20260101 {family}"), scene.known), []
    for number in range(REQUESTS[family]):
        raw = fuzzer.request()
        reply = scene.world.dispatch(match(raw.path)[0], raw)
        done.append((raw, operation_of(raw), reply))
        if 200 <= reply.status < 300 and reply.body:
            scene.known.learn(json.loads(reply.body), dict(reply.headers).get("etag"))
        if number % SETTLE_EVERY == 0:
            scene.pass_time()
    return done


def test_no_answer_is_an_error_of_ours(exchanges: list[Exchange]) -> None:
    assert [(raw, reply) for raw, _, reply in exchanges if reply.status >= 500] == []


def test_every_operation_both_succeeds_and_refuses(exchanges: list[Exchange]) -> None:
    """The requests reach into every operation: without this, all else would hold of a server that refuses all."""
    reached = Counter((operation.name, reply.status < 400) for _, operation, reply in exchanges if operation is not None)
    rare = {"confirm_registration"}  # its code is in a mail that Ada cannot guess
    assert [op.name for op in OPERATIONS if not reached[op.name, True] and op.name not in rare] == []
    assert [op.name for op in OPERATIONS if not reached[op.name, False]] == []


def test_every_status_is_documented(exchanges: list[Exchange]) -> None:
    paths: dict[str, Any] = document()["paths"]  # type: ignore[assignment]  # the document is plain JSON
    undocumented = {
        (operation.name, reply.status)
        for _, operation, reply in exchanges
        if operation is not None and str(reply.status) not in paths[operation.path][operation.method.lower()]["responses"]
    }
    assert undocumented == set()


def test_a_request_that_finds_no_operation_is_refused_as_such(exchanges: list[Exchange]) -> None:
    wrong = {(match(raw.path)[0] is None, reply.status) for raw, operation, reply in exchanges if operation is None}
    assert wrong == {(True, 404), (False, 405)}


def test_every_success_is_the_documented_model(exchanges: list[Exchange]) -> None:
    bodies = [(op.answer, json.loads(reply.body)) for _, op, reply in exchanges if op and op.answer and reply.status < 300 and reply.body]
    assert len(bodies) > len(exchanges) // 10
    assert [(model, body) for model, body in bodies if not is_exactly(model, body)] == []


def test_every_refusal_is_a_problem_document(exchanges: list[Exchange]) -> None:
    for _, _, reply in exchanges:
        if reply.status >= 400:
            problem, headers = json.loads(reply.body), dict(reply.headers)
            assert is_exactly(ProblemOut, problem)
            assert headers["content-type"] == "application/problem+json"
            assert (problem["status"], problem["request_id"]) == (reply.status, headers["x-request-id"])
            assert {problem["code"], *(broken["code"] for broken in problem.get("errors", ()))} <= DOCUMENTED_CODES
            assert problem["type"] == f"/docs/errors#{problem['code']}"


def test_an_answer_without_content_has_no_bytes(exchanges: list[Exchange]) -> None:
    empty = [reply for _, _, reply in exchanges if reply.status in {204, 304, 307}]
    assert empty
    assert {reply.body for reply in empty} == {b""}


def test_every_header_can_be_sent_and_comes_once(exchanges: list[Exchange]) -> None:
    for _, _, reply in exchanges:
        names = [name for name, _ in reply.headers]
        assert len(set(names)) == len(names)
        assert {"x-request-id", "cache-control"} < set(names)
        assert all(VISIBLE.fullmatch(value) for _, value in reply.headers)


def test_every_401_is_alike(exchanges: list[Exchange]) -> None:
    """One form wherever a token is asked for; signing in and refreshing have one form each."""
    forms: dict[str, set[object]] = {}
    for _, operation, reply in exchanges:
        if reply.status == 401 and operation is not None:
            asked = "token" if operation.access is not Access.PUBLIC else operation.name
            told = {name: value for name, value in json.loads(reply.body).items() if name not in {"instance", "request_id"}}
            headers = frozenset(pair for pair in reply.headers if pair[0] != "x-request-id")
            forms.setdefault(asked, set()).add((json.dumps(told), headers))
    assert {asked: len(alike) for asked, alike in forms.items()} == {"token": 1, "login": 1, "refresh": 1}


def test_no_answer_shows_anything_of_another_person(scene: Scene, exchanges: list[Exchange]) -> None:
    """The path that was asked for is repeated in a problem; nothing else of Eve's is in any answer to Ada or to nobody."""
    for raw, _, reply in exchanges:
        body = json.loads(reply.body) if reply.body else {}
        if reply.status >= 400:
            body.pop("instance", None)
        told = json.dumps([body, [pair for pair in reply.headers if pair[0] != "x-request-id"]]).lower()
        assert not [secret for secret in scene.secrets if secret in told], (raw, reply)
