"""GET /dev/mailbox."""

from json import loads

import pytest
from tests.entrypoints.server.served import PASSWORD, Served, cheap_settings, served


@pytest.fixture(autouse=True)
def _mails(either: Served) -> None:
    for address in ("Ada@Example.test", "eve@example.test"):
        assert either.ask("POST", "/v1/auth/register", {"email": address, "password": PASSWORD}).status == 202


def test_it_shows_the_newest_mail_first(either: Served) -> None:
    answer = either.ask("GET", "/dev/mailbox")
    mails = loads(answer.body)["items"]
    assert [mail["to"] for mail in mails[:2]] == ["eve@example.test", "ada@example.test"]
    assert list(mails[0]) == ["id", "to", "subject", "text", "html", "headers", "sent_at"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("spelled", ["ada@example.test", "ADA@example.TEST", "%EF%BD%81da@example.test"])
def test_it_finds_an_address_in_any_spelling(either: Served, spelled: str) -> None:
    mails = loads(either.ask("GET", f"/dev/mailbox?to={spelled}").body)["items"]
    assert {mail["to"] for mail in mails} == {"ada@example.test"}


def test_it_shows_as_many_as_asked(either: Served) -> None:
    assert len(loads(either.ask("GET", "/dev/mailbox?limit=1").body)["items"]) == 1


def test_it_shows_nothing_to_an_address_without_mail(either: Served) -> None:
    assert loads(either.ask("GET", "/dev/mailbox?to=nobody@example.test").body) == {"items": []}


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=1&limit=2", "to=nobody", "to=", "from=ada@example.test"])
def test_a_parameter_that_is_none_is_400(either: Served, query: str) -> None:
    answer = either.ask("GET", f"/dev/mailbox?{query}")
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")


def test_it_is_there_only_where_it_is_asked_for() -> None:
    with served(cheap_settings(profile="memory"), with_mailbox=False) as running:
        assert running.ask("GET", "/dev/mailbox").status == 404


def test_it_stands_in_no_contract(either: Served) -> None:
    assert not [path for path in loads(either.ask("GET", "/v1/openapi.json").body)["paths"] if path.startswith(("/dev", "/blobs", "/docs"))]
