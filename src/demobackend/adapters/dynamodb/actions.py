"""What can be asked of the table, in words of ours, and its parameters in DynamoDB's.

Expressions hold nothing but placeholders: `#size` stands for the attribute `size`, `:size` for the value given under that name.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypedDict

from demobackend.adapters.dynamodb.attributes import Row, Value, text, to_attributes
from demobackend.adapters.dynamodb.schema import Key

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        DeleteTypeDef,
        PutTypeDef,
        QueryInputTypeDef,
        ScanInputTypeDef,
        TransactWriteItemTypeDef,
        UpdateTypeDef,
    )

_NAME = re.compile(r"#([A-Za-z_0-9]+)")


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be so, as in `Condition("#revision = :expected", {"expected": 3})`."""

    text: str
    values: Row = field(default_factory=dict)


def key_of(row: Row) -> Key:
    """The row's primary key. Raises `Corrupt`."""
    return Key(text(row, "PK"), text(row, "SK"))


ABSENT = Condition("attribute_not_exists(#PK)")
PRESENT = Condition("attribute_exists(#PK)")


@dataclass(frozen=True, slots=True)
class Put:
    """Put a whole row, which holds its own `PK` and `SK`."""

    row: Row
    condition: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Change some attributes: give them values, remove them, or add to numbers (which count from 0 where there is none)."""

    key: Key
    values: Row = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    added: Mapping[str, int] = field(default_factory=dict)
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a row; nothing when there is none, unless the condition asks for one."""

    key: Key
    condition: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Rows under one partition key, in order of the sort key; `keys` may name key attributes only, `where` no key attributes.

    A question to a global index is answered from a copy that may lag by seconds: then `consistent` must be False.
    """

    keys: Condition
    where: Condition | None = None
    index: str | None = None
    forward: bool = True
    consistent: bool = True


class _Guard(TypedDict, total=False):
    ConditionExpression: str
    ExpressionAttributeNames: dict[str, str]
    ExpressionAttributeValues: "dict[str, AttributeValueTypeDef]"
    ReturnValuesOnConditionCheckFailure: Literal["ALL_OLD", "NONE"]


def key_parameter(key: Key) -> "dict[str, AttributeValueTypeDef]":
    """A key as DynamoDB wants it."""
    return {"PK": {"S": key.pk}, "SK": {"S": key.sk}}


def put_parameters(table: str, put: Put) -> "PutTypeDef":
    """Parameters of `PutItem`, and of `Put` in a transaction."""
    return {"TableName": table, "Item": to_attributes(put.row), **_guard(put.condition)}


def update_parameters(table: str, update: Update) -> "UpdateTypeDef":
    """Parameters of `UpdateItem`, and of `Update` in a transaction."""
    parts = {
        "SET": [f"#{name} = :set_{name}" for name in update.values],
        "REMOVE": [f"#{name}" for name in update.removed],
        "ADD": [f"#{name} :add_{name}" for name in update.added],
    }
    expression = " ".join(f"{verb} {', '.join(clauses)}" for verb, clauses in parts.items() if clauses)
    values: dict[str, Value] = {f"set_{name}": value for name, value in update.values.items()}
    values |= {f"add_{name}": value for name, value in update.added.items()}
    return {
        "TableName": table,
        "Key": key_parameter(update.key),
        "UpdateExpression": expression,
        **_guard(update.condition, change=expression, values=values),
    }


def delete_parameters(table: str, delete: Delete) -> "DeleteTypeDef":
    """Parameters of `DeleteItem`, and of `Delete` in a transaction."""
    return {"TableName": table, "Key": key_parameter(delete.key), **_guard(delete.condition)}


def query_parameters(table: str, question: Question, *, limit: int) -> "QueryInputTypeDef":
    """Parameters of a `Query` that looks at up to `limit` rows."""
    conditions = [question.keys] if question.where is None else [question.keys, question.where]
    values = {name: value for condition in conditions for name, value in condition.values.items()}
    parameters: QueryInputTypeDef = {
        "TableName": table,
        "KeyConditionExpression": question.keys.text,
        "ExpressionAttributeNames": _names(condition.text for condition in conditions),
        "ExpressionAttributeValues": _values(values),
        "ScanIndexForward": question.forward,
        "ConsistentRead": question.consistent,
        "Limit": limit,
    }
    if question.index is not None:
        parameters["IndexName"] = question.index
    if question.where is not None:
        parameters["FilterExpression"] = question.where.text
    return parameters


def scan_parameters(table: str, where: Condition) -> "ScanInputTypeDef":
    """Parameters of a `Scan`."""
    return {
        "TableName": table,
        "FilterExpression": where.text,
        "ExpressionAttributeNames": _names((where.text,)),
        "ExpressionAttributeValues": _values(where.values),
        "ConsistentRead": True,
    }


def transaction_parameters(table: str, action: Put | Update | Delete) -> "TransactWriteItemTypeDef":
    """One action of `TransactWriteItems`."""
    match action:
        case Put():
            return {"Put": put_parameters(table, action)}
        case Update():
            return {"Update": update_parameters(table, action)}
        case Delete():
            return {"Delete": delete_parameters(table, action)}


def _guard(condition: Condition | None, *, change: str = "", values: Row | None = None) -> _Guard:
    """The condition, which answers with the row that did not meet it, and the placeholders of change and condition."""
    given = {} if values is None else dict(values)
    guard: _Guard = {}
    if condition is not None:
        guard["ConditionExpression"] = condition.text
        guard["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        given |= condition.values
    if names := _names((change, "" if condition is None else condition.text)):  # DynamoDB refuses empty ones
        guard["ExpressionAttributeNames"] = names
    if given:
        guard["ExpressionAttributeValues"] = _values(given)
    return guard


def _names(expressions: Iterable[str]) -> dict[str, str]:
    return {f"#{name}": name for expression in expressions for name in _NAME.findall(expression)}


def _values(values: Row) -> "dict[str, AttributeValueTypeDef]":
    return to_attributes({f":{name}": value for name, value in values.items()})
