"""What DynamoDB and the network can answer, and what becomes of it: tried again, told, or given up, and never done twice."""

import json
import logging

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from tests.adapters.amazon import Answer, Script, json_error
from tests.adapters.dynamodb.tables import ACTS, ATTEMPTS, KEY, ROW, STAMP, URL, Pauses, table_of
from tests.adapters.dynamodb.wire import DONE, calls, cancelled, condition_failed, item

from demobackend.adapters.dynamodb.actions import ABSENT, PRESENT, Condition, Delete, Put, Update
from demobackend.adapters.dynamodb.schema import Key
from demobackend.adapters.dynamodb.table import Cancelled, ConditionFailed, PartitionFull
from demobackend.domain.model.errors import Unavailable

NO_ANSWERS = [
    ConnectTimeoutError(endpoint_url=URL),
    ConnectionClosedError(endpoint_url=URL),
    EndpointConnectionError(endpoint_url=URL),
    ReadTimeoutError(endpoint_url=URL),
]


def tokens(script: Script) -> list[str]:
    return [body["ClientRequestToken"] for body in script.sent()]


@pytest.mark.parametrize("failure", NO_ANSWERS, ids=lambda failure: type(failure).__name__)
@pytest.mark.parametrize("operation", ACTS)
def test_no_answer_is_unavailable(operation: str, failure: Exception) -> None:
    table, _ = table_of(failure)
    with pytest.raises(Unavailable):
        ACTS[operation](table)


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"])
def test_what_somebody_must_mend_is_logged_as_an_error(code: str, caplog: pytest.LogCaptureFixture) -> None:
    table, _ = table_of(json_error(400, code))
    with pytest.raises(Unavailable):
        table.get(KEY)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_transaction_that_something_was_in_the_way_of_is_tried_again_under_another_token(code: str) -> None:
    table, script = table_of(cancelled("None", code), cancelled(code, code), DONE)
    ACTS["TransactWriteItems"](table)
    assert len(set(tokens(script))) == len(tokens(script)) == 3


@pytest.mark.parametrize("code", ["TransactionConflictException", "ReplicatedWriteConflictException"])
def test_a_write_that_a_transaction_was_in_the_way_of_is_tried_again(code: str) -> None:
    table, script = table_of(json_error(400, code), DONE)
    table.write(Put(ROW))
    assert calls(script) == ["PutItem", "PutItem"]


def test_pauses_grow_up_to_a_bound_and_end() -> None:
    pauses = Pauses()
    table, script = table_of(cancelled("TransactionConflict"), pause=pauses)
    with pytest.raises(Unavailable):
        table.transact(Delete(KEY))
    assert len(calls(script)) == ATTEMPTS
    assert [round(seconds, 2) for seconds in pauses.seconds] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 1.6]


def test_a_condition_that_was_not_met_is_told_with_the_row_of_each_action() -> None:
    reasons = [
        {"Code": "None"},
        {"Code": "ConditionalCheckFailed", "Message": "told", "Item": item(ROW)},
        {"Code": "ConditionalCheckFailed"},
    ]
    body = {"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "CancellationReasons": reasons}
    table, _ = table_of(Answer(400, json.dumps(body).encode()))
    with pytest.raises(Cancelled) as cancellation:
        table.transact(Put(ROW, ABSENT), Delete(KEY, PRESENT), Delete(Key("q", "s"), PRESENT))
    assert [(reason.failed, reason.row) for reason in cancellation.value.reasons] == [(False, None), (True, ROW), (True, None)]


def test_a_condition_that_was_not_met_is_an_answer_also_where_another_transaction_was_in_the_way() -> None:
    table, script = table_of(cancelled("TransactionConflict", "ConditionalCheckFailed"))
    with pytest.raises(Cancelled):
        ACTS["TransactWriteItems"](table)
    assert len(calls(script)) == 1


def test_a_partition_that_is_full_is_told_apart() -> None:
    table, _ = table_of(cancelled("None", "ItemCollectionSizeLimitExceeded"))
    with pytest.raises(PartitionFull):
        ACTS["TransactWriteItems"](table)
    table, _ = table_of(json_error(400, "ItemCollectionSizeLimitExceededException"))
    with pytest.raises(PartitionFull):
        table.write(Put(ROW))


@pytest.mark.parametrize("code", ["ValidationError", "SomethingNew"])
def test_a_transaction_cancelled_for_a_mistake_is_unavailable_and_logged(code: str, caplog: pytest.LogCaptureFixture) -> None:
    table, script = table_of(cancelled("None", code))
    with pytest.raises(Unavailable):
        ACTS["TransactWriteItems"](table)
    assert len(calls(script)) == 1
    assert [(record.levelno, record.__dict__["code"]) for record in caplog.records] == [(logging.ERROR, code)]


@pytest.mark.parametrize(
    "first",
    [
        json_error(500, "InternalServerError"),
        json_error(400, "TransactionInProgressException"),
        ReadTimeoutError(endpoint_url=URL),
        ConnectionClosedError(endpoint_url=URL),
        Answer(200, b"{}", {"x-amz-crc32": "1"}),
    ],
    ids=["500", "in progress", "time-out", "closed", "garbled"],
)
def test_a_transaction_whose_outcome_is_unknown_is_asked_for_again_under_the_same_token(first: Answer | Exception) -> None:
    table, script = table_of(first, DONE, attempts=2)
    ACTS["TransactWriteItems"](table)
    assert len(tokens(script)) == 2
    assert len(set(tokens(script))) == 1


def write_whose_first_answer_is_lost(second: Answer, condition: Condition) -> None:
    table, _ = table_of(ReadTimeoutError(endpoint_url=URL), second, attempts=2)
    table.write_once(Put(ROW, condition))


def test_a_write_that_finds_its_own_row_was_made_already() -> None:
    write_whose_first_answer_is_lost(condition_failed({**ROW, "write": STAMP}), ABSENT)


def test_a_write_that_finds_somebody_elses_row_was_refused() -> None:
    with pytest.raises(ConditionFailed) as refusal:
        write_whose_first_answer_is_lost(condition_failed({**ROW, "write": "somebody else's"}), ABSENT)
    assert refusal.value.row == {**ROW, "write": "somebody else's"}


def test_a_write_that_finds_no_row_was_refused() -> None:
    with pytest.raises(ConditionFailed) as refusal:
        write_whose_first_answer_is_lost(condition_failed(), PRESENT)
    assert refusal.value.row is None


def test_every_write_that_is_to_be_known_again_has_a_stamp_of_its_own() -> None:
    table, script = table_of(DONE)
    table.write_once(Put(ROW))
    table.write_once(Update(key=KEY, values={"n": 2}))
    put, update = script.sent()
    assert put["Item"]["write"] == {"S": STAMP}
    assert "#write = :set_write" in update["UpdateExpression"]
    assert update["ExpressionAttributeValues"][":set_write"] != {"S": STAMP}
