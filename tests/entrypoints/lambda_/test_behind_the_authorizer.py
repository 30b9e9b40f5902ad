"""The functions behind the gateway and its authorizer: who a caller is, and what reaches which function."""

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.entrypoints.lambda_.deployment import Deployment, deploy, function_of

from demobackend.adapters.memory.clock import ManualClock
from demobackend.api.errors import problem
from demobackend.api.gate import Rules
from demobackend.api.operation import AreaName
from demobackend.api.raw import RawRequest
from demobackend.domain.model.errors import Unauthenticated
from demobackend.testing.gateway import RawHttpAnswer, RawHttpRequest, RestApi
from demobackend.testing.people import add_file, sign_in
from demobackend.testing.samples import STRANGER
from demobackend.testing.world import World, memory_stores
from demobackend_lambda.caller_context import context_of

ORIGIN = "https://app.example.test"


@pytest.fixture
def deployed(world: World) -> Deployment:
    return deploy(world)


def code(answer: RawHttpAnswer) -> tuple[int, str]:
    """The status of a problem, and its code."""
    return answer.status, json.loads(answer.body)["code"]


def test_a_function_takes_the_authorizer_s_word_for_who_calls(world: World, deployed: Deployment, token: str) -> None:
    file = add_file(world, world.authenticate(token))
    answer = deployed.get(f"/v1/files/{file.id}", token)
    assert (answer.status, json.loads(answer.body)["id"]) == (200, file.id)


def test_a_stranger_s_file_is_absent_whoever_verified_the_stranger(world: World, deployed: Deployment, token: str) -> None:
    file = add_file(world, world.authenticate(sign_in(world, "eve@example.test").access))
    assert code(deployed.get(f"/v1/files/{file.id}", token)) == (404, "not_found")


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer "},
        {"X-Authorizer": "{}", "X-Amzn-Requestcontext-Authorizer": "{}", "user_id": STRANGER, "principalId": STRANGER},
        {"requestContext": "{}", "X-Caller": STRANGER, "X-User-Id": STRANGER, "session_id": STRANGER},
    ],
)
def test_no_header_makes_a_caller(deployed: Deployment, headers: dict[str, str]) -> None:
    assert code(deployed.get("/v1/me", **headers)) == (401, "unauthenticated")


def test_neither_body_nor_query_make_a_caller(world: World) -> None:
    told = json.dumps({"requestContext": {"authorizer": _told(world)}, "authorizer": _told(world)})
    request = RawHttpRequest(method="PATCH", target="/v1/me?authorizer=x&user_id=x", headers=(("Content-Type", "application/json"),))
    event = RestApi(["/v1/me"]).event(replace(request, body=told.encode()))
    answer = function_of(world, AreaName.USERS)(event)
    assert isinstance(answer, dict) and answer["statusCode"] == 401


def test_without_the_authorizer_a_function_believes_what_it_has_verified_itself(world: World, token: str) -> None:
    """Its keys are not those of the world, so the world's token means nothing to it; the authorizer's word would."""
    request = RawHttpRequest(method="GET", target="/v1/me", headers=(("Authorization", f"Bearer {token}"),))
    api, function = RestApi(["/v1/me"]), function_of(world, AreaName.USERS)
    answers = [function(api.event(request)), function(api.event(request, authorizer=_told(world)))]
    assert [answer["statusCode"] for answer in answers if isinstance(answer, dict)] == [401, 200]


def _told(world: World) -> dict[str, str]:
    """What the authorizer tells of somebody who is signed in."""
    return context_of(world.authenticate.claims(sign_in(world, "eve@example.test").access))


def test_a_token_that_runs_out_while_the_gateway_keeps_the_answer_counts_no_longer(world: World, token: str) -> None:
    deployed = deploy(world, ttl=timedelta(hours=1))
    assert deployed.get("/v1/me", token).status == 200
    world.clock.advance(timedelta(minutes=15))
    assert (deployed.get("/v1/me", token).status, len(deployed.asked)) == (401, 1)


def test_an_answer_that_the_gateway_keeps_serves_other_routes_too(world: World, token: str) -> None:
    deployed = deploy(world, ttl=timedelta(minutes=5))
    answers = [deployed.get(target, token) for target in ("/v1/me", "/v1/files", "/v1/search?q=herons", "/v1/me/usage")]
    assert [answer.status for answer in answers] == [200, 200, 200, 200]
    assert len(deployed.asked) == 1


def test_a_session_that_ends_ends_at_once_where_nothing_is_kept(world: World, deployed: Deployment) -> None:
    tokens = sign_in(world, "ada@example.test")
    assert deployed.get("/v1/me", tokens.access).status == 200
    world.users.logout(tokens.refresh)
    assert deployed.get("/v1/me", tokens.access).status == 401


def test_public_operations_are_not_asked_who_calls(deployed: Deployment) -> None:
    assert deployed.get("/healthz").status == 200
    assert deployed.asked == []


def test_the_gateway_s_own_401_is_ours_but_for_what_it_names(world: World, deployed: Deployment) -> None:
    refused, own = deployed.get("/v1/me"), problem(Unauthenticated(), path="/live/v1/me", request_id="gateway-1")
    assert (refused.status, refused.body) == (own.status, own.body)
    reply = world.dispatch.refuse(Unauthenticated(), _request(request_id="gateway-1"))
    assert dict(refused.headers) == {**dict(reply.headers), "strict-transport-security": "max-age=63072000; includeSubDomains"}


def test_the_gateway_s_own_answers_may_be_read_by_pages_of_the_one_origin() -> None:
    clock = ManualClock()
    world = World(memory_stores(clock), clock, rules=Rules(cors_origins=frozenset({ORIGIN}), hsts=True))
    refused = deploy(world).get("/v1/me", Origin=ORIGIN)
    reply = world.dispatch.refuse(Unauthenticated(), _request(request_id="gateway-1", origin=ORIGIN))
    assert dict(refused.headers) == dict(reply.headers)


def _request(*, request_id: str, origin: str = "https://elsewhere.example.test") -> RawRequest:
    headers = {"x-request-id": [request_id], "origin": [origin]}
    return RawRequest(method="GET", path="/v1/me", path_parameters={}, query=(), headers=headers, body=b"", network="198.51.100.7")


@pytest.mark.parametrize(
    ("method", "target", "status", "allow"),
    [
        ("GET", "/v1/nothing", 404, None),
        ("GET", "/", 404, None),
        ("POST", "/v1/nothing", 404, None),
        ("PUT", "/v1/files", 405, "GET, HEAD, POST"),
        ("DELETE", "/v1/me", 405, "GET, HEAD, PATCH"),
        ("GET", "/v1/auth/login", 405, "POST"),
        ("OPTIONS", "/v1/search", 405, "GET, HEAD"),
        ("PUT", "/healthz", 405, "GET, HEAD"),
    ],
)
def test_the_service_function_answers_for_every_path_and_method_that_nobody_has(
    deployed: Deployment, method: str, target: str, status: int, allow: str | None
) -> None:
    answer = deployed.get(target, method=method)
    assert (answer.status, dict(answer.headers).get("allow")) == (status, allow)
    assert deployed.asked == []


def test_the_service_function_answers_preflights_for_every_area() -> None:
    clock = ManualClock()
    deployed = deploy(World(memory_stores(clock), clock, rules=Rules(cors_origins=frozenset({ORIGIN}))))
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    answers = [dict(deployed.get(target, method="OPTIONS", **asked).headers) for target in ("/v1/files", "/v1/me", "/healthz")]
    assert [answer["access-control-allow-methods"] for answer in answers] == ["GET, POST", "GET, PATCH", "GET"]


def test_head_goes_where_get_does(deployed: Deployment, token: str) -> None:
    answer = deployed.get("/v1/me", token, method="HEAD")
    assert (answer.status, answer.body) == (200, b"")


def test_an_operation_that_came_to_another_area_s_function_is_our_failure_and_logged(
    world: World, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    misled = deploy(world, misled={AreaName.FILES: AreaName.SERVICE, AreaName.SEARCH: AreaName.FILES})
    with caplog.at_level(logging.ERROR):
        assert code(misled.get("/v1/files", token)) == (500, "internal")
    assert [record.exc_info is not None for record in caplog.records if record.getMessage() == "failed"] == [True]
    assert code(misled.get("/v1/search?q=x", token)) == (404, "not_found")
