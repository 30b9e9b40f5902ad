"""The deployed API does what Amazon API Gateway documents: an authorizer's answers and errors, kept answers, failing functions."""

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.api.operation import AreaName
from demobackend.testing.deployed_api import Authorizer, DeployedApi, FunctionError, Invoke, in_process
from demobackend.testing.gateway import RawHttpAnswer, RawHttpRequest

STAGE = "arn:aws:execute-api:eu-central-1:000000000000:local/live"
MINUTE = timedelta(minutes=1)


def policy(resource: str, effect: str = "Allow", **context: object) -> dict[str, object]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {"principalId": "ada", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}, "context": context}


def echo(event: Mapping[str, object]) -> object:
    """Answers with what it was told."""
    return {"statusCode": 200, "body": json.dumps(event["requestContext"])}


def failing(message: str) -> Invoke:
    def invoke(_event: Mapping[str, object]) -> object:
        raise FunctionError(message)

    return invoke


class Asked:
    """An authorizer that remembers what it was asked."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.events: list[Mapping[str, object]] = []

    def __call__(self, event: Mapping[str, object]) -> object:
        self.events.append(event)
        return self.answer


def send(api: DeployedApi, target: str = "/v1/me", token: str | None = "t") -> RawHttpAnswer:
    headers = (("authorization", token),) if token is not None else ()
    return api.send(RawHttpRequest(method="GET", target=target, headers=headers))


def deployed(authorizer: Invoke, *, ttl: timedelta = timedelta(), clock: ManualClock | None = None, function: Invoke = echo) -> DeployedApi:
    functions = dict.fromkeys(AreaName, function)
    return DeployedApi(functions, Authorizer(function=authorizer, now=(clock or ManualClock()).now, ttl=ttl))


def test_the_authorizer_is_told_the_method_and_path_and_not_the_body() -> None:
    asked = Asked(policy("*"))
    send(deployed(asked), "/v1/files/a%2Fb?x=1")
    (event,) = asked.events
    assert (event["type"], event["methodArn"]) == ("REQUEST", f"{STAGE}/GET/v1/files/a%2Fb")
    assert "body" not in event and event["headers"] == {"authorization": "t"}


def test_what_the_authorizer_tells_reaches_the_function_as_text() -> None:
    told = json.loads(send(deployed(Asked(policy("*", text="a", number=7, truth=True)))).body)["authorizer"]
    assert told == {"principalId": "ada", "text": "a", "number": "7", "truth": "true"}


def test_a_public_operation_is_not_asked_about_and_told_nothing() -> None:
    asked = Asked(policy("*"))
    told = json.loads(send(deployed(asked), "/healthz").body)
    assert (asked.events, "authorizer" in told) == ([], False)


@pytest.mark.parametrize(
    ("authorizer", "status"),
    [
        (failing("Unauthorized"), 401),
        (failing("unauthorised"), 503),
        (failing("A store does not answer."), 503),
        (Asked(None), 503),
        (Asked({"principalId": "ada"}), 503),
        (Asked(policy("*", "Deny")), 403),
        (Asked(policy(f"{STAGE}/GET/v1/files")), 403),
    ],
)
def test_an_authorizer_that_does_not_allow_is_answered_for_by_the_gateway(authorizer: Invoke, status: int) -> None:
    answer = send(deployed(authorizer))
    assert (answer.status, json.loads(answer.body)["status"]) == (status, status)


def test_a_kept_policy_is_held_against_each_request_s_own_path() -> None:
    asked = Asked(policy(f"{STAGE}/GET/v1/me"))
    api = deployed(asked, ttl=MINUTE)
    assert (send(api).status, send(api, "/v1/files").status, len(asked.events)) == (200, 403, 1)


def test_an_answer_is_kept_for_its_time_and_for_one_token() -> None:
    clock, asked = ManualClock(), Asked(policy("*"))
    api = deployed(asked, ttl=MINUTE, clock=clock)
    counts = []
    for token, later in (("a", timedelta()), ("a", timedelta()), ("b", timedelta()), ("a", MINUTE)):
        clock.advance(later)
        send(api, token=token)
        counts.append(len(asked.events))
    assert counts == [1, 1, 2, 3]


def test_a_request_without_the_header_is_refused_unasked_where_answers_are_kept() -> None:
    asked = Asked(policy("*"))
    assert (send(deployed(asked, ttl=MINUTE), token=None).status, asked.events) == (401, [])
    assert (send(deployed(asked), token=None).status, len(asked.events)) == (200, 1)


@pytest.mark.parametrize("function", [failing("out of memory"), Asked({"status": 200}), Asked(None)])
def test_a_function_that_fails_is_answered_for_by_the_gateway(function: Invoke) -> None:
    answer = send(deployed(Asked(policy("*")), function=function))
    assert (answer.status, json.loads(answer.body)["code"]) == (500, "internal")


def test_a_handler_s_error_is_told_by_its_message() -> None:
    def handler(_event: object, _context: object) -> object:
        raise ValueError("no")

    with pytest.raises(FunctionError, match=r"\Ano\Z"):
        in_process(handler, None)({})
