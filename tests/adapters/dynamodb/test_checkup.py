"""A table as the deployment makes it has no findings, and each thing that is off is named with its remedy."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.adapters.amazon import Answer, json_answer, json_error, scripted

from demobackend.adapters.dynamodb.checkup import findings
from demobackend.adapters.dynamodb.schema import table_definition
from demobackend.domain.model.errors import Unavailable

EXPIRY = json_answer(TimeToLiveDescription={"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"})
NO_EXPIRY = json_answer(TimeToLiveDescription={"TimeToLiveStatus": "DISABLED"})
BACKUPS = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}}

type Table = dict[str, Any]


def deployed() -> Table:
    """What is told of the table that the deployment makes."""
    protected = {"DeletionProtectionEnabled": True, "SSEDescription": {"Status": "ENABLED", "SSEType": "KMS"}}
    return {**json.loads(json.dumps(table_definition("table"))), **protected}


def told(table: Table, *, expiry: Answer = EXPIRY, backups: object = BACKUPS) -> list[str]:
    client, _ = scripted("dynamodb", json_answer(Table=table), expiry, json_answer(ContinuousBackupsDescription=backups))
    return findings(client, "table")


def test_a_table_as_it_is_deployed_has_no_findings() -> None:
    assert told(deployed()) == []


def test_a_local_index_that_holds_more_than_it_must_is_well() -> None:
    table = deployed()
    table["GlobalSecondaryIndexes"][0]["Projection"] = {"ProjectionType": "ALL"}
    assert told(table) == []


SPOILED: dict[str, tuple[Callable[[Table], object], str]] = {
    "another key": (lambda table: table["KeySchema"].pop(), "keys"),
    "a key of another type": (lambda table: table["AttributeDefinitions"][0].update(AttributeType="N"), "keys"),
    "no local index": (lambda table: table.pop("LocalSecondaryIndexes"), "by_name"),
    "a local index of keys only": (
        lambda table: table["LocalSecondaryIndexes"][0].update(Projection={"ProjectionType": "KEYS_ONLY"}),
        "by_name",
    ),
    "no global index": (lambda table: table.pop("GlobalSecondaryIndexes"), "due"),
    "a global index by another key": (lambda table: table["GlobalSecondaryIndexes"][0]["KeySchema"].pop(), "due"),
    "no stream": (lambda table: table.pop("StreamSpecification"), "stream"),
    "a stream of new images": (lambda table: table["StreamSpecification"].update(StreamViewType="NEW_IMAGE"), "stream"),
    "no protection": (lambda table: table.update(DeletionProtectionEnabled=False), "deletion protection"),
    "Amazon's own key": (lambda table: table.pop("SSEDescription"), "KMS"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_what_is_off_with_a_table_is_named(what: str) -> None:
    spoil, word = SPOILED[what]
    table = deployed()
    spoil(table)
    assert any(word in finding for finding in told(table))


def test_rows_that_never_expire_are_named() -> None:
    assert ["time to live" in finding for finding in told(deployed(), expiry=NO_EXPIRY)] == [True]


def test_rows_that_expire_by_another_attribute_are_named() -> None:
    other = json_answer(TimeToLiveDescription={"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"})
    assert ["time to live" in finding for finding in told(deployed(), expiry=other)] == [True]


@pytest.mark.parametrize("backups", [{"ContinuousBackupsStatus": "DISABLED"}, BACKUPS | {"PointInTimeRecoveryDescription": {}}])
def test_a_table_that_cannot_be_restored_is_named(backups: object) -> None:
    assert ["point-in-time" in finding for finding in told(deployed(), backups=backups)] == [True]


def test_a_table_that_is_not_there_is_named() -> None:
    client, _ = scripted("dynamodb", json_error(400, "ResourceNotFoundException"))
    (finding,) = findings(client, "table")
    assert "no table table" in finding


@pytest.mark.parametrize("code", ["AccessDeniedException", "InternalServerError"])
def test_a_table_that_may_not_be_looked_at_is_unavailable(code: str) -> None:
    client, _ = scripted("dynamodb", json_error(400, code))
    with pytest.raises(Unavailable):
        findings(client, "table")
