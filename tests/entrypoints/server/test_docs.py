"""GET /docs."""

import re
from json import loads

import pytest
from tests.entrypoints.server.served import Served

from demobackend.domain.model import errors
from demobackend.domain.model.errors import DomainError

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


def test_the_type_of_a_problem_leads_to_the_meaning_of_its_error(memory: Served) -> None:
    page = memory.ask("GET", "/docs/errors").body.decode()
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DomainError) and kind is not DomainError]
    assert [kind.code for kind in kinds if page.count(f'<tr id="{kind.code}">') != 1] == []
    assert loads(memory.ask("GET", "/nowhere").body)["type"] == "/docs/errors#not_found"
