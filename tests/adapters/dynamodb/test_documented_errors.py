"""Every error that is documented for a call of DynamoDB becomes the right one of the domain.

Source: Amazon DynamoDB API Reference, the section "Errors" of each call, and "Common Error Types".
"""

from collections.abc import Mapping

import pytest
from tests.adapters.amazon import json_answer
from tests.adapters.documented import Act, json_errors, operations_called, outcome, outcomes, refusing
from tests.adapters.dynamodb.tables import ACTS, Bytes, Pauses
from tests.adapters.dynamodb.wire import TABLE, cancelled, condition_failed

from demobackend.adapters.dynamodb.checkup import findings
from demobackend.adapters.dynamodb.table import Cancelled, ConditionFailed, PartitionFull, Table
from demobackend.domain.model.errors import DomainError, Unavailable

MADE_BY_THE_STACK = {"CreateTable", "UpdateTimeToLive"}
"""In production; here only tests make tables."""
ANSWERS = {"ConditionalCheckFailedException", "TransactionCanceledException"}
"""They carry what their caller asked for: the last two tests."""


def on_table(call: str) -> Act:
    return lambda client: ACTS[call](Table(client, TABLE, pause=Pauses(), random=Bytes()))


def checkup(client: object) -> object:
    return findings(client, TABLE)  # type: ignore[arg-type]  # boto3 makes its classes at run time


CALLS: Mapping[str, Act] = {
    **{call: on_table(call) for call in ACTS},
    **dict.fromkeys(("DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups"), checkup),
}
TOLD: Mapping[tuple[str, str], type[DomainError] | None] = {
    **{(call, "ItemCollectionSizeLimitExceededException"): PartitionFull for call in ("PutItem", "UpdateItem", "DeleteItem")},
    ("DescribeTable", "ResourceNotFoundException"): None,  # a finding
}
OTHERS = {
    "DescribeTable": json_answer(Table={}),
    "DescribeTimeToLive": json_answer(TimeToLiveDescription={}),
    "DescribeContinuousBackups": json_answer(ContinuousBackupsDescription={"ContinuousBackupsStatus": "ENABLED"}),
}


def test_every_call_is_in_the_table() -> None:
    assert operations_called("dynamodb", "dynamodb") - MADE_BY_THE_STACK == CALLS.keys()


@pytest.mark.parametrize("call", CALLS)
def test_every_documented_error_is_the_right_one_of_ours(call: str) -> None:
    errors = {code: answer for code, answer in json_errors("dynamodb", call).items() if code not in ANSWERS}
    assert outcomes("dynamodb", call, CALLS[call], errors, OTHERS) == {code: TOLD.get((call, code), Unavailable) for code in errors}


@pytest.mark.parametrize("call", ["PutItem", "UpdateItem", "DeleteItem"])
def test_a_condition_that_was_not_met_is_told_to_the_store(call: str) -> None:
    with pytest.raises(ConditionFailed):
        outcome(CALLS[call], refusing("dynamodb", call, condition_failed())[0])


def test_a_cancelled_transaction_is_told_to_the_store() -> None:
    with pytest.raises(Cancelled):
        outcome(CALLS["TransactWriteItems"], refusing("dynamodb", "TransactWriteItems", cancelled("None", "ConditionalCheckFailed"))[0])
