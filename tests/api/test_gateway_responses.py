"""What Amazon API Gateway answers by itself is worded as we word it."""

import json
from typing import Any

import pytest

from demobackend.api.codes import CODES
from demobackend.api.gateway_responses import GatewayResponse, gateway_responses

# "Gateway response types for API Gateway", Amazon API Gateway Developer Guide.
TYPES = [
    "ACCESS_DENIED",
    "API_CONFIGURATION_ERROR",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "BAD_REQUEST_PARAMETERS",
    "BAD_REQUEST_BODY",
    "DEFAULT_4XX",
    "DEFAULT_5XX",
    "EXPIRED_TOKEN",
    "INTEGRATION_FAILURE",
    "INTEGRATION_TIMEOUT",
    "INVALID_API_KEY",
    "INVALID_SIGNATURE",
    "MISSING_AUTHENTICATION_TOKEN",
    "QUOTA_EXCEEDED",
    "REQUEST_TOO_LARGE",
    "RESOURCE_NOT_FOUND",
    "THROTTLED",
    "UNAUTHORIZED",
    "UNSUPPORTED_MEDIA_TYPE",
    "WAF_FILTERED",
]
ORIGIN = "https://app.example.test"


@pytest.fixture(params=sorted(TYPES))
def response(request: pytest.FixtureRequest) -> GatewayResponse:
    return gateway_responses()[request.param]


def document(response: GatewayResponse) -> Any:
    """The body as a client gets it."""
    return json.loads(response.template.replace("$context.path", "/live/v1/me").replace("$context.requestId", "r-1"))


def test_every_type_that_the_gateway_has_is_worded() -> None:
    assert sorted(gateway_responses()) == sorted(TYPES)


def test_the_body_is_a_whole_problem_of_the_status_that_is_sent(response: GatewayResponse) -> None:
    problem = document(response)
    assert set(problem) == {"type", "title", "status", "detail", "instance", "code", "request_id"}
    assert (problem["status"], problem["instance"], problem["request_id"]) == (response.status, "/live/v1/me", "r-1")
    assert (problem["code"], response.status) in {(code.word, code.status) for code in CODES}


def test_only_the_path_and_the_request_id_are_put_in(response: GatewayResponse) -> None:
    assert response.template.count("$") == 2


def test_a_header_is_a_text_in_quotes_or_the_request_id(response: GatewayResponse) -> None:
    assert response.headers["x-request-id"] == "context.requestId"
    texts = [value for name, value in response.headers.items() if name != "x-request-id"]
    assert [value for value in texts if not (value[0] == value[-1] == "'" and "'" not in value[1:-1])] == []


def test_no_answer_is_kept_guessed_at_or_sent_in_the_clear(response: GatewayResponse) -> None:
    assert response.headers["content-type"] == "'application/problem+json'"
    assert response.headers["cache-control"] == "'no-store'"
    assert response.headers["x-content-type-options"] == "'nosniff'"
    assert response.headers["strict-transport-security"].startswith("'max-age=")


@pytest.mark.parametrize(
    ("kind", "status", "header"),
    [
        ("UNAUTHORIZED", 401, ("www-authenticate", "'Bearer error=\"invalid_token\"'")),
        ("AUTHORIZER_FAILURE", 503, ("retry-after", "'1'")),
        ("AUTHORIZER_CONFIGURATION_ERROR", 503, ("retry-after", "'1'")),
        ("INTEGRATION_TIMEOUT", 503, ("retry-after", "'1'")),
        ("THROTTLED", 429, ("retry-after", "'1'")),
        ("QUOTA_EXCEEDED", 429, ("retry-after", "'3600'")),
        ("MISSING_AUTHENTICATION_TOKEN", 404, ("cache-control", "'no-store'")),
        ("REQUEST_TOO_LARGE", 413, ("cache-control", "'no-store'")),
        ("WAF_FILTERED", 403, ("cache-control", "'no-store'")),
        ("DEFAULT_5XX", 500, ("cache-control", "'no-store'")),
    ],
)
def test_a_refusal_has_the_status_and_header_of_ours(kind: str, status: int, header: tuple[str, str]) -> None:
    response = gateway_responses()[kind]
    assert response.status == status
    assert header in response.headers.items()


def test_pages_of_the_one_allowed_origin_may_read_them() -> None:
    headers = gateway_responses(frozenset({ORIGIN}))["UNAUTHORIZED"].headers
    assert (headers["access-control-allow-origin"], headers["vary"]) == (f"'{ORIGIN}'", "'Origin'")


@pytest.mark.parametrize("origins", [frozenset[str](), frozenset({ORIGIN, "https://other.example.test"})])
def test_no_other_page_may(origins: frozenset[str]) -> None:
    responses = gateway_responses(origins).values()
    assert [response for response in responses if any(name.startswith("access-control") for name in response.headers)] == []
