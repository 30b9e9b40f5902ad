"""Listings of an owner's files: the question as SQL that walks an index, and the mark of where a page ended."""

import re
from typing import NamedTuple

import apsw

from demobackend.adapters.sqlite.file_rows import FileRow, file_from_row
from demobackend.adapters.sqlite.marks import ID, NUMBER, number_of, parts_of
from demobackend.adapters.sqlite.statements import select
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.ids import UserId
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.page import Page

_MARKS = {
    FileOrder.NEWEST: re.compile(rf"newest ({ID}) ({NUMBER})"),
    FileOrder.OLDEST: re.compile(rf"oldest ({ID}) ({NUMBER})"),
    FileOrder.NAME: re.compile(rf"name ({ID}) (.{{1,255}})", re.DOTALL),
}
_LAST_BEFORE_SURROGATES = "\ud7ff"
_FIRST_AFTER_SURROGATES = "\ue000"
_LAST_CODE_POINT = 0x10FFFF


class Statement(NamedTuple):
    """SQL with its bindings."""

    sql: str
    bindings: tuple[str | int, ...]


def list_files(
    connection: apsw.Connection, owner_id: UserId, condition: FileFilter, order: FileOrder, *, limit: int, after: str | None
) -> Page[File]:
    """Raises `Malformed` for an `after` that no page had."""
    statement = rows_listed(owner_id, condition, order, limit=limit + 1, after=after)
    if condition.status is FileStatus.PURGED or not _storable(condition):
        return Page(())
    rows = [FileRow._make(row) for row in connection.execute(*statement)]
    shown = rows[:limit]
    return Page(tuple(file_from_row(row) for row in shown), _mark(shown[-1], order) if len(rows) > limit else None)


def rows_listed(owner_id: UserId, condition: FileFilter, order: FileOrder, *, limit: int, after: str | None) -> Statement:
    """The rows of up to `limit` files. Raises `Malformed` for an `after` that no page had."""
    # Numbers first and their rows after, so that sorting, where there is any, does not carry rows about.
    numbers = numbers_listed(owner_id, condition, order, limit=limit, after=after)
    sql = select(FileRow, f"FROM files AS f WHERE number IN ({numbers.sql}) ORDER BY {_keys('f', order)}", of="f")
    return Statement(sql, numbers.bindings)


def numbers_listed(owner_id: UserId, condition: FileFilter, order: FileOrder, *, limit: int, after: str | None) -> Statement:
    """The numbers of up to `limit` files. Raises `Malformed` for an `after` that no page had."""
    source, where = _source(owner_id, condition, order)
    where += _conditions(condition)
    table = "f" if condition.tag is None or order is FileOrder.NAME else "t"
    if after is not None:
        keys = _keys(table, order).replace(" DESC", "")
        where.append(Statement(f"({keys}) {'<' if order is FileOrder.NEWEST else '>'} (?, ?)", _position(after, order)))
    conditions = " AND ".join(part.sql for part in where)
    rest = f"f.number FROM {source} WHERE {conditions} ORDER BY {_keys(table, order)} LIMIT ?"
    return Statement(f"SELECT {rest}", (*(binding for part in where for binding in part.bindings), limit))


def _keys(table: str, order: FileOrder) -> str:
    match order:
        case FileOrder.NEWEST:
            return f"{table}.created_at DESC, {table}.id DESC"
        case FileOrder.OLDEST:
            return f"{table}.created_at, {table}.id"
        case FileOrder.NAME:
            return f"{table}.name, {table}.id"


def _source(owner_id: UserId, condition: FileFilter, order: FileOrder) -> tuple[str, list[Statement]]:
    """Where the walk begins: at a tag's rows, or in the index of the order; a prefix of the name is always looked up by name."""
    if condition.tag is not None:
        own = Statement("t.owner_id = ? AND t.tag = ?", (owner_id, condition.tag))
        return "file_tags AS t CROSS JOIN files AS f ON f.id = t.id", [own]
    by_name = order is FileOrder.NAME or condition.name_prefix
    index = "files_by_name" if by_name else "files_by_time"
    return f"files AS f INDEXED BY {index}", [Statement("f.owner_id = ?", (owner_id,))]


def _conditions(condition: FileFilter) -> list[Statement]:
    parts = [Statement("f.status NOT IN ('trashed', 'purged')", ())]
    if condition.status is not None:
        parts = [Statement("f.status = ?", (condition.status.value,))]
    if condition.name_prefix:
        parts.append(Statement("f.name >= ?", (condition.name_prefix,)))
        end = end_of_prefix(condition.name_prefix)
        if end is not None:
            parts.append(Statement("f.name < ?", (end,)))
    return parts


def end_of_prefix(prefix: str) -> str | None:
    """The least text, in order of code points, that is greater than every text with this prefix; None where there is none."""
    stem = prefix.rstrip(chr(_LAST_CODE_POINT))
    if not stem:
        return None
    following = _FIRST_AFTER_SURROGATES if stem[-1] == _LAST_BEFORE_SURROGATES else chr(ord(stem[-1]) + 1)
    return stem[:-1] + following


def _storable(condition: FileFilter) -> bool:
    """Whether a name or tag can hold the text asked for; lone surrogates are in none."""
    text = (condition.name_prefix or "") + (condition.tag or "")
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _mark(row: FileRow, order: FileOrder) -> str:
    return f"{order.name.lower()} {row.id} {row.name if order is FileOrder.NAME else row.created_at}"


def _position(after: str, order: FileOrder) -> tuple[str | int, str]:
    """The inverse of `_mark`. Raises `Malformed`."""
    file_id, key = parts_of(after, _MARKS[order])
    return (key if order is FileOrder.NAME else number_of(key), file_id)
