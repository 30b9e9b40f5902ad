"""The REQUEST authorizer of the REST API (Amazon API Gateway): who calls is told here, once, for the functions behind it.

It reads the Authorization header only. The gateway may keep an answer for as long as the authorizer's time to live says, and then
holds it against other routes of the stage too; so a policy allows the whole stage, and what a caller may do there is for the
operations to say. Source: Amazon API Gateway Developer Guide, "Use API Gateway Lambda authorizers" and "Output from a Lambda
authorizer".
"""

from typing import Literal, TypedDict

from demobackend.api.raw import bearer_token
from demobackend.domain.model.errors import Unauthenticated
from demobackend.domain.model.tokens import Claims
from demobackend.domain.use_cases.users.authenticate import Authenticate
from demobackend_lambda.caller_context import context_of
from demobackend_lambda.first_use import Handler, at_first_use, observed, start
from demobackend_lambda.http import Headers, headers_of


class AuthorizerEvent(Headers, TypedDict):
    """What we read of the event; `methodArn` is `arn:…:<api>/<stage>/<method>/<path>`."""

    methodArn: str


class Statement(TypedDict):
    """One statement of a policy."""

    Action: Literal["execute-api:Invoke"]
    Effect: Literal["Allow"]
    Resource: str


class PolicyDocument(TypedDict):
    """An IAM policy."""

    Version: Literal["2012-10-17"]
    Statement: list[Statement]


class Policy(TypedDict):
    """The authorizer's answer; `context` reaches the function as `requestContext.authorizer`."""

    principalId: str
    policyDocument: PolicyDocument
    context: dict[str, str]


def authorizer(authenticate: Authenticate) -> Handler[AuthorizerEvent, Policy | None]:
    """Tell who calls; None where nobody vouches for it. Raises `Unavailable`, which the gateway answers as a failure of ours."""

    def handle(event: AuthorizerEvent, _context: object) -> Policy | None:
        given = headers_of(event).get("authorization", [])
        token = bearer_token(given[0]) if len(given) == 1 else None
        try:
            return None if token is None else _allowed(authenticate.claims(token), event["methodArn"])
        except Unauthenticated:
            return None

    return handle


def _allowed(claims: Claims, method_arn: str) -> Policy:
    api, stage, *_ = method_arn.split("/")
    statement = Statement(Action="execute-api:Invoke", Effect="Allow", Resource=f"{api}/{stage}/*")
    document = PolicyDocument(Version="2012-10-17", Statement=[statement])
    return Policy(principalId=claims.user_id, policyDocument=document, context=context_of(claims))


def or_unauthorized(decide: Handler[AuthorizerEvent, Policy | None]) -> Handler[AuthorizerEvent, Policy]:
    """Refuse in the only way that the gateway answers with 401: by an error with exactly this message.

    AWS Lambda counts each in its metric `Errors`; ours tells `Refused` and `Failures` apart.
    """

    def handle(event: AuthorizerEvent, context: object) -> Policy:
        policy = decide(event, context)
        if policy is None:
            raise Exception("Unauthorized")
        return policy

    return handle


def _make() -> Handler[AuthorizerEvent, Policy]:
    settings, application = start(frozenset())
    decide = authorizer(application.dispatch.gate.authenticate)
    return or_unauthorized(observed(settings, decide, lambda policy: {"Refused": int(policy is None)}))


handler = at_first_use(_make)
