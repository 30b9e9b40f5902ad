"""Reads of many rows, and answers that are not what DynamoDB said."""

from zlib import crc32

import pytest
from tests.adapters.amazon import Answer, json_answer
from tests.adapters.dynamodb.tables import ACTS, ATTEMPTS, KEY, ROW, table_of
from tests.adapters.dynamodb.wire import TABLE, calls, found, item

from demobackend.adapters.dynamodb.attributes import Row
from demobackend.adapters.dynamodb.schema import Key
from demobackend.domain.model.errors import Corrupt, Unavailable


def test_of_many_rows_only_those_that_were_left_out_are_asked_for_again() -> None:
    keys = [Key("p", "1"), Key("p", "2")]
    left = {TABLE: {"Keys": [{"PK": {"S": "p"}, "SK": {"S": "2"}}], "ConsistentRead": True}}
    rows: list[Row] = [{"PK": "p", "SK": "1"}, {"PK": "p", "SK": "2"}]
    first = json_answer(Responses={TABLE: [item(rows[0])]}, UnprocessedKeys=left)
    table, script = table_of(first, json_answer(Responses={TABLE: [item(rows[1])]}, UnprocessedKeys={}))
    assert table.get_many(keys) == rows
    assert [len(body["RequestItems"][TABLE]["Keys"]) for body in script.sent()] == [2, 1]
    assert all(body["RequestItems"][TABLE]["ConsistentRead"] for body in script.sent())


def test_rows_that_are_left_out_for_ever_are_given_up() -> None:
    left = {TABLE: {"Keys": [{"PK": {"S": "p"}, "SK": {"S": "s"}}]}}
    table, script = table_of(json_answer(Responses={}, UnprocessedKeys=left))
    with pytest.raises(Unavailable):
        table.get_many([KEY])
    assert len(calls(script)) == ATTEMPTS


def test_more_than_a_hundred_rows_are_asked_for_in_several_calls_and_each_once() -> None:
    table, script = table_of(json_answer(Responses={}, UnprocessedKeys={}))
    table.get_many([Key("p", str(number % 150)) for number in range(300)])
    assert [len(body["RequestItems"][TABLE]["Keys"]) for body in script.sent()] == [100, 50]


def test_no_rows_are_asked_for_without_a_call() -> None:
    table, script = table_of()
    assert table.get_many([]) == []
    assert calls(script) == []


@pytest.mark.parametrize("operation", ACTS)
def test_an_answer_whose_check_sum_is_wrong_every_time_is_unavailable(operation: str) -> None:
    table, _ = table_of(Answer(200, b"{}", {"x-amz-crc32": "1"}))
    with pytest.raises(Unavailable):
        ACTS[operation](table)


def test_an_answer_whose_check_sum_is_right_is_taken() -> None:
    body = found(ROW).body
    assert isinstance(body, bytes)
    table, _ = table_of(Answer(200, body, {"x-amz-crc32": str(crc32(body))}))
    assert table.get(KEY) == ROW


def test_a_garbled_answer_is_asked_for_again() -> None:
    table, script = table_of(Answer(200, b"{}", {"x-amz-crc32": "1"}), found(ROW), attempts=2)
    assert table.get(KEY) == ROW
    assert len(calls(script)) == 2


@pytest.mark.parametrize("operation", ["BatchGetItem", "Query"])
def test_an_answer_that_lacks_a_part_is_corrupt(operation: str) -> None:
    table, _ = table_of(json_answer())
    with pytest.raises(Corrupt):
        ACTS[operation](table)


@pytest.mark.parametrize("body", [b"{", b"<html>", b"null{"])
@pytest.mark.parametrize("operation", ACTS)
def test_an_answer_that_is_no_json_is_unavailable(operation: str, body: bytes) -> None:
    table, _ = table_of(Answer(200, body))
    with pytest.raises(Unavailable):
        ACTS[operation](table)
