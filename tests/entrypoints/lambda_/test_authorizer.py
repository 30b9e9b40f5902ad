"""The authorizer by itself: whom it lets through, what it tells of them, and how it refuses."""

from datetime import timedelta
from typing import cast

import pytest

from demobackend.domain.model.errors import Unavailable
from demobackend.domain.use_cases.users.authenticate import Authenticate
from demobackend.testing.faults import faulty, outage
from demobackend.testing.people import sign_in
from demobackend.testing.world import World
from demobackend_lambda.authorizer import AuthorizerEvent, Policy, authorizer, or_unauthorized

STAGE = "arn:aws:execute-api:eu-central-1:000000000000:a1b2c3/live"


def asking(*given: str, name: str = "Authorization", **changes: object) -> AuthorizerEvent:
    """The event of a request with these Authorization headers."""
    headers = {name: given[-1]} if given else {"Accept": "*/*"}
    event = {
        "type": "REQUEST",
        "methodArn": f"{STAGE}/GET/v1/files/0190",
        "resource": "/v1/files/{file_id}",
        "path": "/v1/files/0190",
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: list(given)} if given else {"Accept": ["*/*"]},
        "queryStringParameters": {"access_token": "t"},
        "pathParameters": {"file_id": "0190"},
        "stageVariables": None,
        "requestContext": {"apiId": "a1b2c3", "stage": "live", "identity": {"sourceIp": "198.51.100.7"}},
    }
    return cast(AuthorizerEvent, event | changes)


def decide(world: World, event: AuthorizerEvent) -> Policy | None:
    return authorizer(world.authenticate)(event, None)


def test_a_caller_may_reach_every_route_of_the_stage_and_the_functions_are_told_who_it_is(world: World, token: str) -> None:
    caller = world.authenticate(token)
    expires = world.clock.now() + timedelta(minutes=15)
    assert decide(world, asking(f"Bearer {token}")) == {
        "principalId": caller.user_id,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{STAGE}/*"}],
        },
        "context": {
            "user_id": caller.user_id,
            "session_id": caller.session_id,
            "roles": "",
            "expires_at": str(int(expires.timestamp())),
        },
    }


@pytest.mark.parametrize("path", ["GET/", "POST/v1/files", "GET/v1/files/a/b*c"])
def test_the_policy_is_the_same_for_every_route(world: World, token: str, path: str) -> None:
    here = decide(world, asking(f"Bearer {token}", methodArn=f"{STAGE}/{path}"))
    assert here is not None and here == decide(world, asking(f"Bearer {token}"))


@pytest.mark.parametrize("name", ["authorization", "Authorization", "AUTHORIZATION"])
def test_the_header_counts_in_any_case(world: World, token: str, name: str) -> None:
    assert decide(world, asking(f"bearer {token}", name=name)) is not None


def test_single_valued_headers_serve_where_the_others_are_missing(world: World, token: str) -> None:
    assert decide(world, asking(f"Bearer {token}", multiValueHeaders=None)) is not None


def test_a_token_counts_only_in_the_one_authorization_header(world: World, token: str) -> None:
    bearer = f"Bearer {token}"
    refused = [
        asking(),
        asking(headers=None, multiValueHeaders=None),
        asking(bearer, bearer),
        asking("Basic YTpi", bearer),
        asking(headers={"Authorization": bearer}, multiValueHeaders={"Authorization": [bearer], "authorization": [bearer]}),
        asking(f"Bearer {token}, {bearer}"),
        asking(token),
        asking("Bearer"),
        asking(f"Basic {token}"),
        asking(bearer, name="X-Authorization"),
        asking(queryStringParameters={"Authorization": bearer, "access_token": token}),
    ]
    assert [decide(world, event) for event in refused] == [None] * len(refused)


def test_a_token_whose_session_has_ended_is_refused_at_once(world: World) -> None:
    tokens = sign_in(world, "ada@example.test")
    world.users.logout(tokens.refresh)
    assert decide(world, asking(f"Bearer {tokens.access}")) is None


def test_a_token_that_has_run_out_is_refused(world: World, token: str) -> None:
    world.clock.advance(timedelta(minutes=15))
    assert decide(world, asking(f"Bearer {token}")) is None


def test_a_refusal_is_an_error_with_the_message_that_the_gateway_answers_401_to(world: World) -> None:
    with pytest.raises(Exception, match=r"\AUnauthorized\Z"):
        or_unauthorized(authorizer(world.authenticate))(asking("Bearer x"), None)


def test_a_store_that_does_not_answer_is_a_failure_and_no_refusal(world: World, token: str) -> None:
    authenticate = Authenticate(world.ports.verifier(), faulty(world.stores.sessions, outage()), world.clock)
    with pytest.raises(Unavailable):
        or_unauthorized(authorizer(authenticate))(asking(f"Bearer {token}"), None)
