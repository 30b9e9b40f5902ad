"""What AWS documents of errors, and which calls the sources of an adapter make: a table that lacks a call is not whole.

Sources: "Common Error Types" of each service's API reference; the section "Errors" of each call is in botocore's service models.
"""

import ast
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.adapters.amazon import Answer, Script, json_answer, json_error, scripted, session

from demobackend.adapters.botocore_clients import client_config
from demobackend.domain.model.errors import DomainError

_ADAPTERS = Path(__file__).parents[2] / "src/demobackend/adapters"
_METHOD = re.compile(r"(?:.*[._])?client\.([a-z_0-9.]+)")
COMMON = {
    "AccessDeniedException": 403,
    "ExpiredTokenException": 403,
    "IncompleteSignature": 403,
    "InternalFailure": 500,
    "InvalidSignatureException": 403,
    "MalformedHttpRequestException": 400,
    "MissingAuthenticationTokenException": 403,
    "NotAuthorized": 401,
    "OptInRequired": 403,
    "RequestAbortedException": 400,
    "RequestEntityTooLargeException": 413,
    "RequestExpired": 400,
    "RequestTimeoutException": 408,
    "SerializationException": 400,
    "ServiceUnavailable": 503,
    "ThrottlingException": 400,
    "UnknownOperationException": 404,
    "UnrecognizedClientException": 403,
    "ValidationError": 400,
    "ValidationException": 400,
    "SomethingNew": 400,
}

type Act = Callable[[Any], object]  # on a client, a class that boto3 makes at run time
type Outcomes = dict[str, type[DomainError] | None]  # by code


def documented(service: str, call: str) -> dict[str, int]:
    """The code and the status of every error that is documented for a call of a service that speaks JSON, and of one that is not."""
    shapes = _client(service).meta.service_model.operation_model(call).error_shapes
    own = {shape.name: shape.metadata.get("error", {}).get("httpStatusCode", 500 if "Internal" in shape.name else 400) for shape in shapes}
    return COMMON | own


def called(technology: str) -> set[str]:
    """The methods of clients that the sources of a technology call, as in `get_item` and `indices.create`."""
    trees = [ast.parse(path.read_text()) for path in (_ADAPTERS / technology).glob("*.py")]
    functions = [ast.unparse(node.func) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {method[1] for function in functions if (method := _METHOD.fullmatch(function))}


def operations_called(technology: str, service: str) -> set[str]:
    """The operations of a service that the sources of a technology call, as in `GetItem`."""
    names: Mapping[str, str] = _client(service).meta.method_to_api_mapping
    return {names[method] for method in called(technology) if method in names}


def refusing(service: str, call: str, refusal: Answer, others: Mapping[str, Answer] | None = None) -> tuple[Any, Script]:
    """A client that is refused one call, and the script of that; `others` are answers to other calls, and `{}` is that to all else."""
    client, _ = scripted(service, json_answer())
    scripts = {name: Script([answer]) for name, answer in {**(others or {}), call: refusal}.items()}
    for name, script in scripts.items():
        client.meta.events.register(f"before-send.{client.meta.service_model.service_id.hyphenize()}.{name}", script.answer)
    return client, scripts[call]


def outcome(act: Act, client: Any) -> type[DomainError] | None:
    """What an act raises, None for nothing."""
    try:
        act(client)
    except DomainError as error:
        return type(error)
    return None


def outcomes(service: str, call: str, act: Act, errors: Mapping[str, Answer], others: Mapping[str, Answer] | None = None) -> Outcomes:
    """What the act raises for each of these answers to the call, by their codes. The call is made, or the table is about nothing."""
    client, script = refusing(service, call, Answer(), others)
    told: Outcomes = {}
    for code, answer in errors.items():
        script.lines, script.requests = [answer], []
        told[code] = outcome(act, client)
        assert script.requests, code
    return told


def json_errors(service: str, call: str) -> dict[str, Answer]:
    """The answers that carry what is documented for a call."""
    return {code: json_error(status, code) for code, status in documented(service, call).items()}


@cache
def _client(service: str) -> Any:
    return session().client(service, config=client_config())
