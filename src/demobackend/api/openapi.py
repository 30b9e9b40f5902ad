"""OPERATIONS as an OpenAPI 3.1 document."""

import re
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from demobackend.api.models.problem import ProblemOut
from demobackend.api.operation import Access, Idempotency, Operation
from demobackend.api.operations.table import OPERATIONS

CONTRACT = "1.0.0"
_REF = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"\{([a-z_]+)\}")
_DESCRIPTIONS = {
    304: "Unchanged since the given ETag",
    400: "The request cannot be read",
    401: "No valid proof of who is calling",
    403: "Not allowed",
    404: "Absent, or hidden from the caller",
    405: "The method is not allowed here",
    409: "The present state does not allow it",
    412: "Changed since the given ETag",
    413: "Too large",
    415: "The body is not application/json",
    422: "A value breaks a rule",
    428: "If-Match is missing",
    429: "Too many requests",
    431: "The request line and headers are too long",
    500: "A failure on our side",
    503: "A service that this needs does not answer",
    507: "No room",
}
_HEADERS: dict[str, dict[str, object]] = {
    "X-Request-Id": {"schema": {"type": "string"}},
    "ETag": {"schema": {"type": "string"}},
    "Location": {"schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "On an answer that was given before, under the same Idempotency-Key",
        "schema": {"type": "string", "const": "true"},
    },
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}},
    "WWW-Authenticate": {"schema": {"type": "string"}},
}
_REFUSAL_HEADERS = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}
_SUCCESS = {200: "OK", 201: "Created", 202: "Accepted", 204: "Done", 307: "Go there"}

type Node = dict[str, Any]


@cache
def document() -> dict[str, object]:
    """Return the document; equal to the committed docs/openapi.json."""
    shown = [operation for operation in OPERATIONS if operation.documented]
    paths: dict[str, Node] = {}
    for operation in shown:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "DemoBackend",
            "version": CONTRACT,
            "summary": "Files, users and search",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(operation.area.value for operation in shown)],
        "paths": paths,
        "components": {
            "schemas": _schemas(shown),
            "headers": _HEADERS,
            "securitySchemes": {"access_token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _schemas(operations: list[Operation[Any]]) -> Node:
    asked = {model for operation in operations for model in (operation.body, operation.query) if model is not None}
    answers = {operation.answer for operation in operations if operation.answer is not None} | {ProblemOut}
    wanted: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        *((model.__name__, "validation", TypeAdapter(model)) for model in sorted(asked, key=_name)),
        *((model.__name__, "serialization", TypeAdapter(model)) for model in sorted(answers, key=_name)),
    ]
    _, schema = TypeAdapter.json_schemas(wanted, ref_template=_REF)
    definitions: Node = schema["$defs"]
    for model in definitions.values():
        for node in model.get("properties", {}).values():
            if node.get("default", ...) is None:  # a field that was not given is not the same as null
                del node["default"]
    return dict(sorted(definitions.items()))


def _name(model: type) -> str:
    return model.__name__


def _operation(operation: Operation[Any]) -> Node:
    node: Node = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.area.value],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation), *_header_parameters(operation)],
        "responses": _responses(operation),
        "security": [] if operation.access is Access.PUBLIC else [{"access_token": []}],
    }
    if operation.body is not None:
        reference = {"$ref": _REF.format(model=operation.body.__name__)}
        node["requestBody"] = {"required": not operation.body_optional, "content": {"application/json": {"schema": reference}}}
    return node


def _path_parameters(operation: Operation[Any]) -> list[Node]:
    schema = {"type": "string", "format": "uuid"}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in _PARAMETER.findall(operation.path)]


def _query_parameters(operation: Operation[Any]) -> list[Node]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template=_REF)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _parameter_schema(node)}
        for name, node in schema["properties"].items()
    ]


def _parameter_schema(node: Node) -> Node:
    """A parameter is absent or has a value; it is never null."""
    alternatives = [kind for kind in node.get("anyOf", []) if kind != {"type": "null"}]
    plain = {name: value for name, value in node.items() if name not in {"anyOf", "title"} and not (name == "default" and value is None)}
    return {**plain, **alternatives[0]} if alternatives else plain


def _header_parameters(operation: Operation[Any]) -> list[Node]:
    headers = []
    if operation.needs_match or operation.may_match:
        headers.append(_header("If-Match", "The ETag of the state that you mean to change, or *", required=operation.needs_match))
    if operation.method == "GET" and operation.has_etag:
        headers.append(_header("If-None-Match", "ETags that you have already"))
    if operation.method == "POST":
        headers.append(_header("Idempotency-Key", "1 to 255 visible ASCII characters; the same key is carried out once"))
    return headers


def _header(name: str, description: str, *, required: bool = False) -> Node:
    return {"name": name, "in": "header", "required": required, "description": description, "schema": {"type": "string"}}


def _responses(operation: Operation[Any]) -> Node:
    responses = {str(operation.status): _success(operation)}
    for status in sorted(_refusals(operation)):
        responses.setdefault(str(status), _refusal(status))
    for status in operation.also_answered:
        responses[str(status)]["content"] |= _content(operation)
    return responses


def _success(operation: Operation[Any]) -> Node:
    headers = ["X-Request-Id"]
    if operation.has_etag:
        headers.append("ETag")
    if operation.status in {201, 307}:
        headers.append("Location")
    if operation.method == "POST" and operation.idempotency is Idempotency.REPLAYED:
        headers.append("Idempotent-Replayed")
    node: Node = {"description": _SUCCESS[operation.status], "headers": _headers(*headers)}
    if operation.answer is not None:
        node["content"] = _content(operation)
    return node


def _content(operation: Operation[Any]) -> Node:
    return {"application/json": {"schema": {"$ref": _REF.format(model=_name(operation.answer))}}} if operation.answer else {}


def _refusals(operation: Operation[Any]) -> set[int]:
    statuses = {400, 413, 431, 500, 503, *operation.refusals, *operation.also_answered}
    if operation.access is not Access.PUBLIC:
        statuses |= {401, 429}
    if operation.throttled:
        statuses.add(429)
    if operation.access is Access.ADMIN:
        statuses.add(403)
    if operation.body is not None:
        statuses |= {415, 422}
    if operation.method == "POST" and operation.body is not None:
        statuses |= {409, 422}
    if "{" in operation.path:
        statuses.add(404)
    if operation.has_etag and operation.method == "GET":
        statuses.add(304)
    if operation.needs_match or operation.may_match:
        statuses.add(412)
    if operation.needs_match:
        statuses.add(428)
    return statuses


def _refusal(status: int) -> Node:
    if status == 304:
        return {"description": _DESCRIPTIONS[304]}
    schema = {"$ref": _REF.format(model="ProblemOut")}
    headers = _headers("X-Request-Id", *_REFUSAL_HEADERS.get(status, ()))
    return {"description": _DESCRIPTIONS[status], "headers": headers, "content": {"application/problem+json": {"schema": schema}}}


def _headers(*names: str) -> Node:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
