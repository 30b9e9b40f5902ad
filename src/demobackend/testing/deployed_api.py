"""The REST API as it is deployed on Amazon API Gateway: routes to functions, an authorizer before those that need a caller, and the
gateway's own answers.

An operation's route goes to the function of its area; every other method of a known path, and every other path, to the service
function. Methods that no API can have and bodies beyond the quota the gateway refuses by itself, before any authorizer; `;` parts the
query as `&` does. Source: Amazon API Gateway Developer Guide, "Use API Gateway Lambda authorizers", "Gateway response types", "Quotas
for configuring and running a REST API" and "Important notes for REST APIs".
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import cast

from demobackend.api.gateway_responses import gateway_responses
from demobackend.api.operation import Access, AreaName
from demobackend.api.operations.areas import routes
from demobackend.testing.gateway import RawHttpAnswer, RawHttpRequest, RestApi, answer_of

MAX_BODY_BYTES = 10 * 1024 * 1024
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_REGION_AND_ACCOUNT = "eu-central-1:000000000000"

type Invoke = Callable[[Mapping[str, object]], object]  # a function of AWS Lambda: raises `FunctionError`


class FunctionError(Exception):
    """A function raised, and said this."""


class _Refused(Exception):
    """The gateway answers by itself, with the response of this type."""


def in_process[Event](handler: Callable[[Event, object], object], context: object) -> Invoke:
    """A handler as AWS Lambda invokes it: JSON in, JSON out, an error told by its message."""

    def invoke(event: Mapping[str, object]) -> object:
        try:
            return json.loads(json.dumps(handler(cast("Event", json.loads(json.dumps(event))), context)))
        except Exception as error:  # whatever it raises
            raise FunctionError(str(error)) from error

    return invoke


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorizer:
    """A REQUEST authorizer whose identity source is the Authorization header. Its answers are kept for `ttl`, none by default;
    a kept policy is held against each request's own method and path.
    """

    function: Invoke
    now: Callable[[], datetime]
    ttl: timedelta = timedelta()
    _kept: dict[str, tuple[datetime, Mapping[str, object]]] = field(default_factory=dict)

    def context(self, event: Mapping[str, object]) -> dict[str, str]:
        """What the authorizer tells of the caller. Raises `_Refused`."""
        answer = self._answer(event)
        if not _allows(answer, str(event["methodArn"])):
            raise _Refused("ACCESS_DENIED")
        told = cast("Mapping[str, object]", answer.get("context") or {})
        return {"principalId": str(answer["principalId"]), **{name: _as_text(value) for name, value in told.items()}}

    def _answer(self, event: Mapping[str, object]) -> Mapping[str, object]:
        if not self.ttl:
            return self._asked(event)
        headers = cast("Mapping[str, str]", event["headers"] or {})
        identity = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
        if not identity:
            raise _Refused("UNAUTHORIZED")
        until, answer = self._kept.get(identity, (self.now(), {}))
        if until <= self.now():
            answer = self._asked(event)
            self._kept[identity] = (self.now() + self.ttl, answer)
        return answer

    def _asked(self, event: Mapping[str, object]) -> Mapping[str, object]:
        try:
            answer = self.function(event)
        except FunctionError as error:
            raise _Refused("UNAUTHORIZED" if str(error) == "Unauthorized" else "AUTHORIZER_FAILURE") from error
        if not isinstance(answer, Mapping) or "policyDocument" not in answer:
            raise _Refused("AUTHORIZER_CONFIGURATION_ERROR")
        return cast("Mapping[str, object]", answer)


class DeployedApi:
    """Answers HTTP requests by functions, behind the authorizer."""

    def __init__(
        self,
        functions: Mapping[AreaName, Invoke],
        authorizer: Authorizer,
        *,
        binary: bool = True,
        cors_origins: frozenset[str] = frozenset(),
    ) -> None:
        self._functions = functions
        self._authorizer = authorizer
        self._routes = routes()
        self._api = RestApi(self._routes, binary=binary)
        self._responses = gateway_responses(cors_origins)
        self._requests = 0

    def send(self, request: RawHttpRequest) -> RawHttpAnswer:
        """The answer to a request. Raises nothing that a function does."""
        self._requests += 1
        request_id = f"gateway-{self._requests}"
        path, mark, query = request.target.partition("?")
        request = replace(request, target=f"{path}{mark}{query.replace(';', '&')}")
        event = self._api.event(request, request_id=request_id)
        operation = self._routes.get(str(event["resource"]), {}).get("GET" if request.method == "HEAD" else request.method)
        try:
            _check(request)
            if operation is not None and operation.access is not Access.PUBLIC:
                event = self._api.event(request, request_id=request_id, authorizer=self._authorizer.context(_asking(event)))
            return self._invoked(operation.area if operation is not None else AreaName.SERVICE, event)
        except _Refused as refused:
            return self._own_answer(str(refused), event)

    def _invoked(self, area: AreaName, event: Mapping[str, object]) -> RawHttpAnswer:
        try:
            return answer_of(self._functions[area](event))
        except (FunctionError, ValueError) as error:
            raise _Refused("DEFAULT_5XX") from error

    def _own_answer(self, kind: str, event: Mapping[str, object]) -> RawHttpAnswer:
        response, context = self._responses[kind], cast("Mapping[str, str]", event["requestContext"])
        headers = tuple(
            (name, value[1:-1] if value.startswith("'") else context[value.removeprefix("context.")])
            for name, value in response.headers.items()
        )
        body = response.template.replace("$context.path", context["path"]).replace("$context.requestId", context["requestId"])
        return RawHttpAnswer(status=response.status, headers=headers, body=b"" if event["httpMethod"] == "HEAD" else body.encode())


def _check(request: RawHttpRequest) -> None:
    """Raises `_Refused` for what reaches neither authorizer nor function."""
    if request.method not in _METHODS:
        raise _Refused("MISSING_AUTHENTICATION_TOKEN")
    if len(request.body) > MAX_BODY_BYTES:
        raise _Refused("REQUEST_TOO_LARGE")


def _asking(event: Mapping[str, object]) -> dict[str, object]:
    """The event that an authorizer is invoked with: the request's, without its body."""
    context = cast("Mapping[str, str]", event["requestContext"])
    arn = f"arn:aws:execute-api:{_REGION_AND_ACCOUNT}:{context['apiId']}/{context['stage']}/{event['httpMethod']}{event['path']}"
    return {**{name: event[name] for name in event if name not in {"body", "isBase64Encoded"}}, "type": "REQUEST", "methodArn": arn}


def _allows(answer: Mapping[str, object], arn: str) -> bool:
    document = cast("Mapping[str, list[Mapping[str, str]]]", answer["policyDocument"])
    effects = {statement["Effect"] for statement in document["Statement"] if _covers(statement["Resource"], arn)}
    return effects == {"Allow"}


def _covers(pattern: str, arn: str) -> bool:
    """Whether a resource of a policy means this one: `*` stands for any text, `?` for one character."""
    return re.fullmatch("".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern), arn) is not None


def _as_text(value: object) -> str:
    """A value of the context, which the gateway passes on as text."""
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)
