"""The table against its adapter's definition."""

from typing import Any

from synthesized import Synthesized

from demobackend.adapters.dynamodb.schema import TIME_TO_LIVE, table_definition

DEFINED = ("BillingMode", "AttributeDefinitions", "KeySchema", "LocalSecondaryIndexes", "GlobalSecondaryIndexes")


def table(plain: Synthesized) -> dict[str, Any]:
    return plain.only("AWS::DynamoDB::Table")


def test_keys_and_indexes_are_the_adapters(plain: Synthesized) -> None:
    wanted = dict(table_definition(""))
    assert {name: table(plain)[name] for name in DEFINED} == {name: wanted[name] for name in DEFINED}


def test_the_definition_holds_nothing_that_the_stack_overlooks(plain: Synthesized) -> None:
    assert table_definition("").keys() == {*DEFINED, "TableName", "StreamSpecification"}


def test_the_stream_carries_both_images(plain: Synthesized) -> None:
    assert table(plain)["StreamSpecification"] == {"StreamViewType": table_definition("")["StreamSpecification"]["StreamViewType"]}


def test_rows_expire_by_the_adapters_attribute(plain: Synthesized) -> None:
    assert table(plain)["TimeToLiveSpecification"] == TIME_TO_LIVE


def test_the_table_can_be_restored_to_any_second_of_35_days(plain: Synthesized) -> None:
    assert table(plain)["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}


def test_the_table_is_under_our_key_and_cannot_be_deleted_by_one_call(plain: Synthesized) -> None:
    assert (table(plain)["SSESpecification"]["SSEType"], table(plain)["DeletionProtectionEnabled"]) == ("KMS", True)


def test_the_table_outlives_the_stack(plain: Synthesized) -> None:
    (resource,) = (resource for resource in plain.template["Resources"].values() if resource["Type"] == "AWS::DynamoDB::Table")
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
