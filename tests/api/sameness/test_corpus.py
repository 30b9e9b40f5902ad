"""Each request of the corpus is answered as the contract says, alike through the server and the Lambda driver.

Not held alike here is what Amazon API Gateway does before or after a function, whatever the function says; tests/deployed/ holds what is
documented of that to a list, and docs/gateway-differences.md tells it. Header fields that say how the connection is framed are left out:
Connection, Content-Length, Date, Keep-Alive, Server, Transfer-Encoding.
"""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.api.sameness.corpus import CORPUS
from tests.api.sameness.row import JSON, Row, row
from tests.api.sameness.twins import Twins, twins

from demobackend.api.gate import Rules

ROWS = [pytest.param(row, id=f"{group}: {row.name}") for group, rows in CORPUS.items() for row in rows]


@pytest.fixture(scope="module")
def alike() -> Iterator[Twins]:
    with twins() as begun:
        yield begun


def test_the_corpus_has_no_two_rows_of_one_name() -> None:
    names = [str(row.id) for row in ROWS]
    assert len(names) == len(set(names)) >= 150


@pytest.mark.parametrize("row", ROWS)
def test_a_request_is_answered_alike_and_as_the_contract_says(alike: Twins, row: Row) -> None:
    alike.let_time_pass(timedelta(milliseconds=10))
    if row.before is not None:
        alike.answers(row.before.request)
    answers = alike.answers(row.request)
    served = answers["server"]
    assert served.status == row.status, served.body[:400]
    if row.code is not None:
        assert json.loads(served.body)["code"] == row.code
    assert answers == dict.fromkeys(answers, served)


def test_too_many_calls_are_refused_alike_until_time_has_passed() -> None:
    sign_in = row("a sign-in", "POST /v1/auth/login", 401, None, JSON, body='{"email":"nobody@example.test","password":"x"}').request
    with twins(Rules(public_calls=2)) as alike:
        statuses = []
        for _ in range(3):
            answers = alike.answers(sign_in)
            assert answers == dict.fromkeys(answers, answers["server"])
            statuses.append((answers["server"].status, dict(answers["server"].headers).get("retry-after")))
        assert statuses == [(401, None), (401, None), (429, "60")]
        alike.let_time_pass(timedelta(minutes=1))
        assert alike.answers(sign_in)["server"].status == 401
