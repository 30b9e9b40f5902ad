"""GET /docs."""

import re
from json import loads

import pytest
from tests.entrypoints.server.served import Served

from demobackend.api.codes import CODES
from demobackend_server.blob_answers import S3_CODES

PAGES = ["/docs", "/docs/errors"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_nobody_else_for_anything(memory: Served, page: str) -> None:
    answer = memory.ask("GET", page)
    assert answer.status == 200
    assert not re.search(rb"(?:src|href|action)=[\"']?(?:[a-z]+:|//)|<script|@import|url\(", answer.body)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_no_parameters(memory: Served, page: str) -> None:
    assert memory.ask("GET", f"{page}?x=%3Cscript%3E").status == 400


def test_every_operation_is_shown(memory: Served) -> None:
    page = memory.ask("GET", "/docs").body.decode()
    contract = loads(memory.ask("GET", "/v1/openapi.json").body)
    shown = [f"<code>{method.upper()} {path}</code>" for path, methods in contract["paths"].items() for method in methods]
    assert [line for line in shown if page.count(line) != 1] == []


DOCUMENTED_CODES = [code.word for code in (*CODES, *S3_CODES.values())]


def test_the_type_of_every_problem_leads_to_the_meaning_of_its_code(memory: Served) -> None:
    page = memory.ask("GET", "/docs/errors").body.decode()
    assert len(DOCUMENTED_CODES) > 60
    assert [word for word in DOCUMENTED_CODES if page.count(f' id="{word}"') != 1] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "word"),
    [
        ("GET", "/nowhere", None, "not_found"),
        ("POST", "/v1/auth/confirm/resend", {"email": "x"}, "invalid_email"),
        ("GET", "/version?x=1", None, "unknown_parameter"),
        ("GET", "/blobs/x", None, "AccessDenied"),
    ],
)
def test_a_problem_s_type_is_its_code_s_place_on_the_page(memory: Served, method: str, path: str, body: object, word: str) -> None:
    assert loads(memory.ask(method, path, body).body)["type"] == f"/docs/errors#{word}"
    assert word in DOCUMENTED_CODES
