"""What may be off with the table, and how to mend it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from demobackend.adapters.botocore_errors import in_domain_words, whole_answer
from demobackend.adapters.dynamodb.schema import BY_NAME, DUE, TIME_TO_LIVE, table_definition
from demobackend.domain.model.errors import NotFound

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        AttributeDefinitionTypeDef,
        GlobalSecondaryIndexDescriptionTypeDef,
        GlobalSecondaryIndexUnionTypeDef,
        KeySchemaElementTypeDef,
        LocalSecondaryIndexDescriptionTypeDef,
        LocalSecondaryIndexTypeDef,
        TableDescriptionTypeDef,
    )

    type _Described = LocalSecondaryIndexDescriptionTypeDef | GlobalSecondaryIndexDescriptionTypeDef
    type _Wanted = LocalSecondaryIndexTypeDef | GlobalSecondaryIndexUnionTypeDef

type _Types = Mapping[str, str]  # of attributes, by their names

_NEW_TABLE = "it cannot be changed later, so create a new table with the stack and move the rows"


def findings(client: "DynamoDBClient", name: str) -> list[str]:
    """One sentence for each thing about the table that is off, with its remedy; none when all is well.

    Needs `dynamodb:DescribeTable`, `dynamodb:DescribeTimeToLive` and `dynamodb:DescribeContinuousBackups`. Raises `Unavailable`.
    """
    try:
        with in_domain_words({"ResourceNotFoundException": NotFound}), whole_answer():
            table = client.describe_table(TableName=name)["Table"]
    except NotFound:
        return [f"There is no table {name} in this region: correct the setting `table`, or deploy the stack."]
    return [*_off_with_keys(table), *_off_with_stream(table), *_off_with_protection(table), *_off_elsewhere(client, name)]


def _off_with_keys(table: "TableDescriptionTypeDef") -> Iterator[str]:
    wanted, types = table_definition(""), _types(table.get("AttributeDefinitions", []))
    local, everywhere = table.get("LocalSecondaryIndexes", []), table.get("GlobalSecondaryIndexes", [])
    if not _agree(table.get("KeySchema", []), wanted["KeySchema"], types):
        yield f"The table's keys are not PK and SK, both text: {_NEW_TABLE}."
    if not all(_is_among(local, index, types) for index in wanted["LocalSecondaryIndexes"]):
        yield f"The local index {BY_NAME} is missing or another one: {_NEW_TABLE}."
    if not all(_is_among(everywhere, index, types) for index in wanted["GlobalSecondaryIndexes"]):
        yield f"The global index {DUE} is missing or another one, so sweeps find nothing: deploy the stack."


def _off_with_stream(table: "TableDescriptionTypeDef") -> Iterator[str]:
    stream = table.get("StreamSpecification", {"StreamEnabled": False})
    if not stream["StreamEnabled"] or stream.get("StreamViewType") != table_definition("")["StreamSpecification"].get("StreamViewType"):
        yield "The table's stream does not carry both images of a row, so searches miss changes: deploy the stack."


def _off_with_protection(table: "TableDescriptionTypeDef") -> Iterator[str]:
    if not table.get("DeletionProtectionEnabled", False):
        yield "The table can be deleted by mistake: turn on deletion protection, or deploy the stack."
    encryption = table.get("SSEDescription", {})
    if encryption.get("Status") != "ENABLED" or encryption.get("SSEType") != "KMS":
        yield "The table is not encrypted under a KMS key: set its encryption to KMS, or deploy the stack."


def _off_elsewhere(client: "DynamoDBClient", name: str) -> Iterator[str]:
    with in_domain_words(), whole_answer():
        expiry = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    if expiry.get("TimeToLiveStatus") not in {"ENABLED", "ENABLING"} or expiry.get("AttributeName") != TIME_TO_LIVE["AttributeName"]:
        yield "Rows that are over are never deleted: turn on time to live by the attribute `ttl`, or deploy the stack."
    if backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") != "ENABLED":
        yield "The table cannot be restored to a point in time: turn on point-in-time recovery, or deploy the stack."


def _is_among(described: "Sequence[_Described]", wanted: "_Wanted", types: _Types) -> bool:
    """Whether an index is there with the wanted keys and all that it is to hold."""
    enough = {"ALL", wanted["Projection"].get("ProjectionType")}
    return any(
        index.get("IndexName") == wanted["IndexName"]
        and _agree(index.get("KeySchema", []), wanted["KeySchema"], types)
        and index.get("Projection", {}).get("ProjectionType") in enough
        for index in described
    )


def _agree(described: "Sequence[KeySchemaElementTypeDef]", wanted: "Sequence[KeySchemaElementTypeDef]", types: _Types) -> bool:
    """Whether these are the wanted keys with the wanted types."""
    wanted_types = _types(table_definition("")["AttributeDefinitions"])
    same_types = all(types.get(key["AttributeName"]) == wanted_types[key["AttributeName"]] for key in wanted)
    return same_types and [*described] == [*wanted]


def _types(definitions: "Sequence[AttributeDefinitionTypeDef]") -> _Types:
    return {each["AttributeName"]: each["AttributeType"] for each in definitions}
