"""What the OpenAPI document promises of bodies, parameters and headers is so: null, and every limit at N and one beyond."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from tests.api.test_conventions import path_of

from demobackend.adapters.memory.clock import ManualClock
from demobackend.api.gate import Rules
from demobackend.api.openapi import document
from demobackend.testing.client import Client
from demobackend.testing.people import sign_in
from demobackend.testing.world import World, memory_stores

CONTRACT: Any = document()
SCHEMAS = CONTRACT["components"]["schemas"]
OPERATIONS = [
    (method.upper(), path, node) for path, methods in CONTRACT["paths"].items() for method, node in methods.items()
]  # fmt: skip
ABSENT = object()

type Schema = dict[str, Any]
type Trial = tuple[object, bool]  # a value, and whether it is accepted


def resolved(schema: Schema) -> Schema:
    """With what a reference leads to in its place."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return {**SCHEMAS[name], **schema} if name else schema


def form(schema: Schema) -> Schema:
    """Of what is not null."""
    return next(resolved(alternative) for alternative in schema.get("anyOf", [schema]) if alternative != {"type": "null"})


def takes_null(schema: Schema) -> bool:
    return {"type": "null"} in schema.get("anyOf", [])


def model_of(node: Schema) -> Schema | None:
    """The schema of an operation's body."""
    body = node.get("requestBody")
    return resolved(body["content"]["application/json"]["schema"]) if body else None


FIELDS = {
    f"{model['title']}.{name}": (method, path, name, resolved(schema))
    for method, path, node in OPERATIONS
    if (model := model_of(node))
    for name, schema in model.get("properties", {}).items()
}
PARAMETERS = {
    f"{node['operationId']}.{parameter['name']}": (method, path, parameter["name"], resolved(parameter["schema"]))
    for method, path, node in OPERATIONS
    for parameter in node["parameters"]
    if parameter["in"] == "query"
}


def text(name: str, length: int) -> str:
    """A value of a field that only its length may speak against."""
    if name == "email":
        return f"{'a' * 64}@{('b' * 49 + '.') * 9}"[: length - 5] + ".test"
    if name == "media_type":
        return f"text/plain; a={'x' * length}"[:length]
    return ("tq7 kestrel " * length)[:length]


def trials(name: str, schema: Schema) -> Iterator[Trial]:
    """Each limit of the schema, and one beyond."""
    if "maxLength" in schema:
        yield from ((text(name, schema["maxLength"]), True), (text(name, schema["maxLength"] + 1), False))
    if "minLength" in schema:
        yield from ((text(name, schema["minLength"]), True), (text(name, schema["minLength"] - 1), False))
    if "pattern" in schema:
        yield from (("0" * 64, True), ("0" * 63, False), ("0" * 65, False), ("G" * 64, False))
    if "maximum" in schema:
        yield from ((schema["maximum"], True), (schema["maximum"] + 1, False))
    if "minimum" in schema:
        yield from ((schema["minimum"], True), (schema["minimum"] - 1, False))
    if "maxItems" in schema:
        each = resolved(schema["items"])
        wanted = [f"{number}" if each["type"] == "string" else {"number": 1, "etag": "a"} for number in range(schema["maxItems"] + 1)]
        yield from ((wanted[:-1], True), (wanted, False))
        if schema["maxItems"]:
            yield from (([value], accepted) for value, accepted in trials(name, each))


@pytest.fixture(scope="module")
def ada() -> Client:
    clock = ManualClock()
    world = World(memory_stores(clock), clock, rules=Rules(caller_calls=10_000, public_calls=10_000))
    return Client(world.dispatch, sign_in(world, "ada@example.test").access)


def accepts(client: Client, field: str, value: object) -> bool:
    """Whether nothing is said against this field. Others may be missing: each fault is told."""
    method, path, name, _ = FIELDS[field]
    answer = client(method, path_of(path), body={} if value is ABSENT else {name: value}, headers={"if-match": "*"})
    assert answer.status < 500
    told = answer.json.get("errors", []) if answer.status == 422 else []
    return not [error for error in told if f"{error['pointer']}/".startswith(f"/{name}/")]


def takes(client: Client, parameter: str, value: object) -> bool:
    """Whether nothing is said against this parameter; a cursor of the right length is refused for what it is."""
    method, path, name, _ = PARAMETERS[parameter]
    more = "&q=x" if path == "/v1/search" and name != "q" else ""
    answer = client(method, f"{path_of(path)}?{name}={quote(str(value))}{more}")
    assert answer.status < 500
    return answer.status < 400 or answer.code not in {"invalid_parameter", "query_too_long"}


@pytest.mark.parametrize("field", FIELDS)
def test_null_is_accepted_exactly_where_the_document_lets_a_field_be_null(field: str, ada: Client) -> None:
    assert accepts(ada, field, None) is takes_null(FIELDS[field][3])


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_may_be_absent_exactly_where_the_document_does_not_require_it(field: str, ada: Client) -> None:
    model = SCHEMAS[field.partition(".")[0]]
    assert accepts(ada, field, ABSENT) is (FIELDS[field][2] not in model.get("required", []))


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_s_documented_limits_are_those_that_are_kept(field: str, ada: Client) -> None:
    _, _, name, schema = FIELDS[field]
    wanted = list(trials(name, form(schema)))
    assert [(value, accepts(ada, field, value)) for value, _ in wanted] == wanted


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_parameter_s_documented_limits_are_those_that_are_kept(parameter: str, ada: Client) -> None:
    _, _, name, schema = PARAMETERS[parameter]
    wanted = list(trials(name, form(schema)))
    assert [(value, takes(ada, parameter, value)) for value, _ in wanted] == wanted


def test_every_text_that_a_client_chooses_has_a_documented_limit() -> None:
    limits = ("maxLength", "pattern", "maxItems", "maximum")
    assert [name for name, (*_, schema) in FIELDS.items() if not any(limit in form(schema) for limit in limits)] == []


def test_a_limit_that_counts_bytes_says_so() -> None:
    assert "bytes of UTF-8" in FIELDS["CreateFileIn.name"][3]["description"]


@pytest.mark.parametrize(("method", "path", "node"), OPERATIONS, ids=[node["operationId"] for *_, node in OPERATIONS])
def test_conditions_and_their_statuses_are_documented_together(method: str, path: str, node: Schema) -> None:
    headers = {parameter["name"]: parameter["required"] for parameter in node["parameters"] if parameter["in"] == "header"}
    statuses = node["responses"].keys()
    assert ("If-Match" in headers, headers.get("If-Match", False)) == ("412" in statuses, "428" in statuses)
    assert ("If-None-Match" in headers) is ("304" in statuses)


@pytest.mark.parametrize(("method", "path", "node"), OPERATIONS, ids=[node["operationId"] for *_, node in OPERATIONS])
def test_the_headers_of_answers_are_documented(method: str, path: str, node: Schema) -> None:
    headers = {status: answer.get("headers", {}).keys() for status, answer in node["responses"].items()}
    assert [status for status in ("429", "503") if "Retry-After" not in headers.get(status, {"Retry-After"})] == []
    kept = {"login", "refresh"}  # their answers hold fresh tokens
    success = next(names for status, names in headers.items() if status < "400")
    assert ("Idempotent-Replayed" in success) is (method == "POST" and node["operationId"] not in kept)


def test_restoring_heeds_if_match_as_documented(ada: Client) -> None:
    parameters = CONTRACT["paths"]["/v1/files/{file_id}/restore"]["post"]["parameters"]
    assert [parameter["required"] for parameter in parameters if parameter["name"] == "If-Match"] == [False]
