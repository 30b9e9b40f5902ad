"""Requests made from the OpenAPI document that a server publishes, and its answers held against it, by Schemathesis."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from json import loads
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Err
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.entrypoints.server.served import PASSWORD, Served, cheap_settings, served, sign_in

from demobackend.api.operations.table import OPERATIONS

EXAMPLES = 8  # of each operation, role and kind of input
LEAST_REQUESTS = 250  # a role
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
]
REFUSALS = ("400", "401", "404", "405", "409", "412", "413", "415", "422", "428", "429", "431")
CONFIG = {"generation": {"with-security-parameters": False}, "checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}}
# The document says `string` where the domain says more: with these, requests get past validation.
LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "email": st.sampled_from(["ada@example.test", "new@example.test", "newer@example.test"]),
    "password": st.sampled_from([PASSWORD, "correct horse batterx"]),
    "display_name": st.sampled_from(["Ada", "", "\u202e"]),
    "name": st.sampled_from(["notes.txt", "../x", "Café"]),
    "media_type": st.just("text/plain"),
    "sha256": st.just("0" * 64),
    "tags": st.sampled_from([[], ["birds"], ["birds", "birds"]]),
    "description": st.text(max_size=20),
}

type Target = tuple[str, str]
type AnyOperation = APIOperation[Any, Any, Any, Any]
type AnyCase = Case[Any]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(cheap_settings(profile="local", data=tmp_path_factory.mktemp("data"))) as server:
        yield server


@pytest.fixture(scope="module")
def somebody(running: Served) -> dict[str, str]:
    return sign_in(running.origin, "ada@example.test")


@pytest.fixture(scope="module")
def targets(running: Served, somebody: dict[str, str]) -> list[Target]:
    """The ids of files and their uploads: two available, three pending, one in the trash."""
    made = [_create(running, somebody) for _ in range(6)]
    for file_id, upload_id in made[:3]:
        assert running.ask("POST", f"/v1/files/{file_id}/uploads/{upload_id}/complete", {}, somebody).status == 200
    assert running.ask("DELETE", f"/v1/files/{made[2][0]}", None, {**somebody, "if-match": "*"}).status == 200
    return made


def _create(running: Served, headers: dict[str, str]) -> Target:
    created = running.ask("POST", "/v1/files", {"name": "notes.txt", "size": 5, "media_type": "text/plain"}, headers)
    upload = loads(created.body)["upload"]
    put = requests.request(upload["method"], upload["url"], headers=upload["headers"], data=b"hello", timeout=8)
    assert put.status_code == 200
    return loads(created.body)["file"]["id"], upload["id"]


class Tally(logging.Handler):
    """Counts the operations that a server logs."""

    def __init__(self) -> None:
        super().__init__()
        self.counted: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Count one."""
        self.counted[str(record.__dict__["operation"])] += 1


@contextmanager
def operations_carried_out() -> Iterator[Counter[str]]:
    """How often the server itself says that it answered each operation."""
    handler = Tally()
    logger = logging.getLogger("demobackend.requests")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield handler.counted
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def published(running: Served) -> Iterator[AnyOperation]:
    """The operations of the document as it is served. Raises what is wrong with the document."""
    document = loads(running.ask("GET", "/v1/openapi.json").body)
    schema = schemathesis.openapi.from_dict(document, config=schemathesis.Config.from_dict(CONFIG))
    for result in schema.get_all_operations():
        if isinstance(result, Err):
            raise result.err()
        yield result.ok()


def modes(operation: AnyOperation) -> list[GenerationMode]:
    """Any header is a string, so only a path, a query or a body can break the document's rules."""
    breakable = operation.path_parameters or operation.query or operation.body
    return list(GenerationMode) if breakable else [GenerationMode.POSITIVE]


@st.composite
def cases(draw: st.DrawFn, operation: AnyOperation, mode: GenerationMode, targets: list[Target]) -> AnyCase:
    """A request from the document; one that keeps its rules mostly names what is there."""
    case = draw(operation.as_strategy(generation_mode=mode))
    if mode is GenerationMode.NEGATIVE or not draw(st.integers(0, 3)):
        return case
    names = dict(zip(("file_id", "upload_id"), draw(st.sampled_from(targets)), strict=True))
    case.path_parameters.update({name: names[name] for name in case.path_parameters or {}})
    if case.method in {"PATCH", "DELETE"}:
        case.headers["If-Match"] = "*"
    if isinstance(case.body, dict):
        case.body.update({name: draw(LIKELY[name]) for name, value in case.body.items() if name in LIKELY and value is not None})
    return case


@pytest.mark.parametrize("role", ["nobody", "somebody"])
def test_the_server_keeps_the_document_that_it_publishes(
    running: Served, somebody: dict[str, str], targets: list[Target], role: str
) -> None:
    headers = somebody if role == "somebody" else None
    with operations_carried_out() as counted, requests.Session() as session:
        for operation in published(running):
            for mode in modes(operation):

                @settings(
                    max_examples=EXAMPLES,
                    deadline=None,
                    database=None,
                    derandomize=True,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                )
                @given(case=cases(operation, mode, targets))
                def keeps_it(case: AnyCase) -> None:
                    answer = case.call(running.origin, session, headers, allow_redirects=False)
                    case.validate_response(answer, CHECKS)

                keeps_it()
    assert {operation.name for operation in OPERATIONS if operation.documented} - set(counted) == set()
    assert counted.total() >= LEAST_REQUESTS
