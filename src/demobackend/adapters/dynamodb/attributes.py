"""Rows in Python and in DynamoDB's typed attribute values.

A row is a flat mapping of attribute names to text, whole numbers, booleans, bytes and lists of these. What is absent has no
attribute: DynamoDB's NULL is not used.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from demobackend.domain.model.errors import Corrupt

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

type Value = str | int | bool | bytes | tuple["Value", ...]
type Row = Mapping[str, Value]


def present(attributes: Mapping[str, Value | None]) -> dict[str, Value]:
    """The attributes that have a value."""
    return {name: value for name, value in attributes.items() if value is not None}


def to_attributes(row: Row) -> "dict[str, AttributeValueTypeDef]":
    """The row as DynamoDB wants it."""
    return {name: to_attribute(value) for name, value in row.items()}


def to_attribute(value: Value) -> "AttributeValueTypeDef":
    """One value with its type."""
    match value:
        case bool():  # before numbers, since it is one
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case tuple():
            return {"L": [to_attribute(each) for each in value]}


def from_attributes(attributes: "Mapping[str, AttributeValueTypeDef]") -> dict[str, Value]:
    """The inverse of `to_attributes`. Raises `Corrupt` for what no row of ours holds."""
    return {name: from_attribute(value) for name, value in attributes.items()}


def from_attribute(attribute: "AttributeValueTypeDef") -> Value:
    """The inverse of `to_attribute`. Raises `Corrupt`."""
    try:
        [(kind, value)] = attribute.items()
        return _READ[kind](value)
    except (KeyError, ValueError, TypeError):
        raise Corrupt from None


def _exactly[T](kind: type[T]) -> Callable[[object], T]:
    def read(value: object) -> T:
        if type(value) is not kind:
            raise TypeError
        return value

    return read


def _list(values: object) -> tuple[Value, ...]:
    if not isinstance(values, list):
        raise TypeError
    return tuple(from_attribute(each) for each in values)


_string = _exactly(str)
# By a table and not by matching: a page of files has two thousand attributes.
_READ: Mapping[str, Callable[[object], Value]] = {
    "S": _string,
    "N": lambda digits: int(_string(digits)),
    "L": _list,
    "BOOL": _exactly(bool),
    "B": _exactly(bytes),
}


def text(row: Row, name: str) -> str:
    """An attribute that is text. Raises `Corrupt`."""
    value = row.get(name)
    if isinstance(value, str):
        return value
    raise Corrupt


def after(row: Row, name: str, prefix: str) -> str:
    """What follows the prefix in an attribute that is text. Raises `Corrupt`."""
    value = text(row, name)
    if not value.startswith(prefix):
        raise Corrupt
    return value.removeprefix(prefix)


def number(row: Row, name: str) -> int:
    """An attribute that is a whole number. Raises `Corrupt`."""
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Corrupt


def texts(row: Row, name: str) -> tuple[str, ...]:
    """An attribute that is a list of texts. Raises `Corrupt`."""
    value = row.get(name)
    if isinstance(value, tuple):
        found = tuple(each for each in value if isinstance(each, str))
        if len(found) == len(value):
            return found
    raise Corrupt


def word[T](row: Row, name: str, words: Callable[[str], T]) -> T:
    """An attribute that is one of a few words, as in `word(row, "status", FileStatus)`. Raises `Corrupt`."""
    try:
        return words(text(row, name))
    except ValueError:
        raise Corrupt from None


def if_any[T](row: Row, name: str, read: Callable[[Row, str], T]) -> T | None:
    """An attribute that may be absent, as in `if_any(row, "ended_at", number)`. Raises `Corrupt`."""
    return read(row, name) if name in row else None


def without(row: Row, names: Iterable[str]) -> dict[str, Value]:
    """The row but for these attributes."""
    left_out = frozenset(names)
    return {name: value for name, value in row.items() if name not in left_out}
