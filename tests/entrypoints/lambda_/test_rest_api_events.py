"""REST API proxy events as Amazon API Gateway writes them, and what becomes of those that it would not write."""

import base64
import json
from hashlib import sha256
from typing import Any, cast

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.api.gate import Rules
from demobackend.api.operations.areas import routes
from demobackend.domain.model.idempotency import KEPT, LEASE, KeptAnswer, KeyedRequest
from demobackend.testing.people import add_file, sign_in
from demobackend.testing.world import World, memory_stores
from demobackend_lambda.http import ProxyAnswer, RestApiEvent, RestApiHandler, rest_api_handler


def recorded(**changes: object) -> RestApiEvent:
    """An event as it came from the service, with the parts that no test looks at shortened."""
    event = {
        "resource": "/healthz",
        "path": "/healthz",
        "httpMethod": "GET",
        "headers": {"Accept": "*/*", "Host": "api.example.test", "X-Forwarded-For": "198.51.100.7, 130.176.0.1"},
        "multiValueHeaders": {
            "Accept": ["*/*"],
            "Host": ["api.example.test"],
            "X-Forwarded-For": ["198.51.100.7, 130.176.0.1"],
            "X-Request-Id": ["r-1"],
        },
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "a1b2c3",
            "domainName": "api.example.test",
            "extendedRequestId": "A=",
            "httpMethod": "GET",
            "identity": {"sourceIp": "198.51.100.7", "userAgent": "curl/8.5.0", "user": None, "caller": None},
            "path": "/live/healthz",
            "protocol": "HTTP/1.1",
            "requestId": "6a3b",
            "requestTime": "01/Jan/2026:12:00:00 +0000",
            "requestTimeEpoch": 1767268800000,
            "resourceId": "r5",
            "resourcePath": "/healthz",
            "stage": "live",
        },
        "body": None,
        "isBase64Encoded": False,
    }
    return cast(RestApiEvent, event | changes)


def posted(target: str, body: str, **changes: object) -> RestApiEvent:
    """A POST of this JSON text."""
    headers = {"content-type": ["application/json"], "x-request-id": ["r-1"]}
    return recorded(resource=target, path=target, httpMethod="POST", multiValueHeaders=headers, body=body, **changes)


def document(answer: ProxyAnswer) -> Any:
    """The answer's JSON."""
    return json.loads(answer["body"])


def test_a_recorded_event_is_answered_as_the_gateway_wants_it(handler: RestApiHandler) -> None:
    assert handler(recorded(), None) == {
        "statusCode": 200,
        "multiValueHeaders": {
            "content-type": ["application/json"],
            "x-request-id": ["r-1"],
            "x-content-type-options": ["nosniff"],
            "cache-control": ["no-store"],
        },
        "body": '{"status":"ok"}',
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize("name", ["authorization", "Authorization", "AUTHORIZATION"])
def test_a_header_counts_in_any_case(world: World, handler: RestApiHandler, name: str) -> None:
    headers = {name: [f"Bearer {sign_in(world, 'ada@example.test').access}"]}
    assert handler(recorded(resource="/v1/me", path="/v1/me", multiValueHeaders=headers), None)["statusCode"] == 200


def test_one_header_in_two_cases_is_two_headers(world: World, handler: RestApiHandler) -> None:
    bearer = f"Bearer {sign_in(world, 'ada@example.test').access}"
    headers = {"Authorization": [bearer], "authorization": [bearer]}
    assert handler(recorded(resource="/v1/me", path="/v1/me", multiValueHeaders=headers), None)["statusCode"] == 401


def test_single_valued_headers_serve_where_the_others_are_missing(handler: RestApiHandler) -> None:
    answer = handler(recorded(headers={"X-Request-ID": "single"}, multiValueHeaders=None), None)
    assert answer["multiValueHeaders"]["x-request-id"] == ["single"]


def test_a_header_that_came_twice_is_not_mistaken_for_its_last_value(world: World, handler: RestApiHandler) -> None:
    bearer = f"Bearer {sign_in(world, 'ada@example.test').access}"
    event = recorded(
        resource="/v1/me", path="/v1/me", headers={"Authorization": bearer}, multiValueHeaders={"Authorization": ["Bearer other", bearer]}
    )
    assert handler(event, None)["statusCode"] == 401


def test_an_event_without_headers_query_and_parameters_is_served(handler: RestApiHandler) -> None:
    assert handler(recorded(headers=None, multiValueHeaders=None), None)["statusCode"] == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"multiValueQueryStringParameters": {"q": ["herons"], "limit": ["1"]}, "queryStringParameters": {"q": "herons", "limit": "1"}},
        {"multiValueQueryStringParameters": None, "queryStringParameters": {"q": "herons", "limit": "1"}},
    ],
)
def test_the_query_is_taken_as_it_was_decoded(world: World, handler: RestApiHandler, asked: dict[str, object]) -> None:
    headers = {"authorization": [f"Bearer {sign_in(world, 'ada@example.test').access}"]}
    answer = handler(recorded(resource="/v1/search", path="/v1/search", multiValueHeaders=headers, **asked), None)
    assert (answer["statusCode"], document(answer)["items"]) == (200, [])


def test_a_query_parameter_that_came_twice_is_refused(world: World, handler: RestApiHandler) -> None:
    headers = {"authorization": [f"Bearer {sign_in(world, 'ada@example.test').access}"]}
    asked = {"multiValueQueryStringParameters": {"limit": ["1", "2"]}, "queryStringParameters": {"limit": "2"}}
    answer = handler(recorded(resource="/v1/files", path="/v1/files", multiValueHeaders=headers, **asked), None)
    assert (answer["statusCode"], document(answer)["code"]) == (400, "repeated_parameter")


def test_a_body_is_read_as_text_or_as_base64(handler: RestApiHandler) -> None:
    text = '{"email":"zoë@example.test"}'
    encoded = base64.b64encode(text.encode()).decode()
    plain = handler(posted("/v1/auth/confirm/resend", text), None)
    assert plain["statusCode"] == 202
    assert handler(posted("/v1/auth/confirm/resend", encoded, isBase64Encoded=True), None) == plain


@pytest.mark.parametrize(("body", "encoded"), [("n o t base64", True), ("e30", True), ("e30=\n", True), ("\ud800", False)])
def test_a_body_that_is_not_what_it_claims_to_be_is_malformed(handler: RestApiHandler, body: str, encoded: bool) -> None:
    answer = handler(posted("/v1/auth/confirm/resend", body, isBase64Encoded=encoded), None)
    assert (answer["statusCode"], document(answer)["code"], document(answer)["request_id"]) == (400, "invalid_body", "r-1")


@pytest.mark.parametrize("missing", ["httpMethod", "resource", "path", "requestContext"])
def test_what_is_no_proxy_event_is_answered_with_a_problem_and_no_trace(handler: RestApiHandler, missing: str) -> None:
    event = recorded()
    del event[missing]  # type: ignore[misc]  # the point of the test
    answer = handler(event, None)
    assert answer["statusCode"] == 500
    assert document(answer)["code"] == "internal"
    assert missing not in answer["body"] and "Traceback" not in answer["body"]


@pytest.mark.parametrize(
    "event", [{}, {"Records": []}, {"requestContext": {"identity": None}, "httpMethod": "GET", "path": "/", "resource": "/"}]
)
def test_another_service_s_event_is_answered_with_a_problem(handler: RestApiHandler, event: dict[str, object]) -> None:
    assert handler(cast(RestApiEvent, event), None)["statusCode"] == 500


@pytest.mark.parametrize(
    ("resource", "path"), [("/{proxy+}", "/v1/nothing"), ("/", "/"), ("/healthz", "/healthz/"), ("/v1/files", "/v1/files/")]
)
def test_what_is_no_route_of_ours_is_not_found(handler: RestApiHandler, resource: str, path: str) -> None:
    answer = handler(recorded(resource=resource, path=path, pathParameters={"proxy": path[1:]}), None)
    assert (answer["statusCode"], document(answer)["instance"]) == (404, path)


def test_a_method_that_the_route_does_not_have_is_refused_with_those_it_has(handler: RestApiHandler) -> None:
    answer = handler(recorded(httpMethod="DELETE"), None)
    assert (answer["statusCode"], answer["multiValueHeaders"]["allow"]) == (405, ["GET, HEAD"])


def test_path_and_parameters_are_decoded_once(world: World, handler: RestApiHandler) -> None:
    token = sign_in(world, "ada@example.test").access
    headers = {"authorization": [f"Bearer {token}"]}
    escaped = add_file(world, world.authenticate(token)).id.replace("-", "%2D")
    event = recorded(
        resource="/v1/files/{file_id}", path=f"/v1/files/{escaped}", pathParameters={"file_id": escaped}, multiValueHeaders=headers
    )
    assert handler(event, None)["statusCode"] == 200


def test_what_was_encoded_twice_stays_encoded_once(handler: RestApiHandler) -> None:
    answer = handler(recorded(resource="/{proxy+}", path="/a%2520b", pathParameters={"proxy": "a%2520b"}), None)
    assert document(answer)["instance"] == "/a%2520b"


def test_a_caller_s_network_is_the_address_that_the_gateway_saw() -> None:
    world = limited()
    handler = rest_api_handler(world.dispatch, routes())

    def status(source_ip: str, forwarded_for: str) -> int:
        headers = {"content-type": ["application/json"], "x-forwarded-for": [forwarded_for]}
        event = posted("/v1/auth/confirm/resend", '{"email":"a@example.test"}', requestContext={"identity": {"sourceIp": source_ip}})
        return handler({**event, "multiValueHeaders": headers}, None)["statusCode"]

    answers = [status("198.51.100.7", "203.0.113.1"), status("198.51.100.7", "203.0.113.2"), status("198.51.100.8", "203.0.113.1")]
    assert answers == [202, 429, 202]


def limited() -> World:
    """A world that lets each network make one public call a minute."""
    clock = ManualClock()
    return World(memory_stores(clock), clock, rules=Rules(public_calls=1))


def test_an_answer_that_is_no_text_goes_out_as_base64(world: World, handler: RestApiHandler) -> None:
    body = '{"email":"a@example.test"}'
    kept = KeyedRequest("anonymous", "resend_confirmation", "k", sha256(b"[]\n" + body.encode()).hexdigest())
    world.stores.idempotency.begin(kept, at=world.clock.now(), lease=LEASE, kept=KEPT)
    world.stores.idempotency.finish(kept, KeptAnswer(202, (), b"\xff\x00"))
    headers = {"content-type": ["application/json"], "idempotency-key": ["k"]}
    answer = handler({**posted("/v1/auth/confirm/resend", body), "multiValueHeaders": headers}, None)
    assert (answer["body"], answer["isBase64Encoded"]) == (base64.b64encode(b"\xff\x00").decode(), True)
