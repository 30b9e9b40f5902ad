"""SQL made from the fields of a row's type, and the number of rows that a statement changed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import apsw

type Value = str | int | float | bytes | None


def select(row: type[NamedTuple], rest: str, *, of: str = "") -> str:
    """A SELECT of a row's columns; `rest` goes on with FROM. With `of` the columns are those of that table of several."""
    return f"SELECT {columns(row, of=of)} {rest}"


def insert(table: str, row: type[NamedTuple], *, key: str = "") -> str:
    """An INSERT that takes a row as its bindings, behind the value of the column `key` if there is one."""
    names, count = columns(row), len(row._fields)
    if key:
        names, count = f"{key}, {names}", count + 1
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * count)})"  # noqa: S608 - as above


def columns(row: type[NamedTuple], *, of: str = "") -> str:
    """The columns of a row, parted by commas."""
    return ", ".join(f'{of}."{field}"' if of else f'"{field}"' for field in row._fields)


def changed(connection: apsw.Connection, sql: str, bindings: Sequence[Value] | Mapping[str, Value]) -> int:
    """Carry out one INSERT, UPDATE or DELETE and return how many rows it changed. Raises `apsw.Error`."""
    connection.execute(sql, bindings)
    return connection.changes()
