"""Listings of an owner's files: a walk along the keys, and the mark of where a page ended.

Newest and oldest first walk the files' own keys: ids are UUIDv7, so their order is the order in which the files were created, to the
millisecond and beyond. By name walks the local index. A prefix of the name bounds the walk by name; every other condition is a filter,
for which DynamoDB reads what it leaves out. So a page may need several queries, and when too many rows were left out it comes short,
with a mark to go on from.
"""

import re
from itertools import count

from demobackend.adapters.dynamodb.actions import Condition, Question
from demobackend.adapters.dynamodb.attributes import Row, Value, text
from demobackend.adapters.dynamodb.file_rows import FILE_PREFIX, file_from_row, name_in, name_key, owner_partition
from demobackend.adapters.dynamodb.schema import BY_NAME
from demobackend.adapters.dynamodb.table import Table
from demobackend.domain.model.errors import Malformed
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.ids import UserId
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.names import MAX_NAME_BYTES
from demobackend.domain.model.page import Page

_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_MARKS = {
    FileOrder.NEWEST: re.compile(rf"newest ({_ID})()"),
    FileOrder.OLDEST: re.compile(rf"oldest ({_ID})()"),
    FileOrder.NAME: re.compile(rf"name ({_ID}) (.{{1,{MAX_NAME_BYTES}}})", re.DOTALL),
}
_MOST_ROWS = 1_000  # of one query: about 1 MB, which is where DynamoDB ends a page itself
_MOST_QUERIES = 8  # of one page, about a second


def list_files(table: Table, owner_id: UserId, condition: FileFilter, order: FileOrder, *, limit: int, after: str | None) -> Page[File]:
    """Raises `Malformed` for an `after` that no page had, `Corrupt`, `Unavailable`."""
    start = None if after is None else _position(owner_id, condition, order, after)
    if condition.status is FileStatus.PURGED or not _can_be_met(condition):
        return Page(())
    question, shown = _question(owner_id, condition, order), list[File]()
    for queries in count(1):  # each looks at more rows than the one before
        page = table.query(question, limit=min((limit + 1) * 4 ** (queries - 1), _MOST_ROWS), after=start)
        shown += [file for file in map(file_from_row, page.rows) if condition.admits(file)]
        if len(shown) > limit:
            return Page(tuple(shown[:limit]), _mark(shown[limit - 1], order))
        if page.last is None:
            break
        if queries == _MOST_QUERIES:
            return Page(tuple(shown), _mark_of_key(page.last, order))
        start = page.last
    return Page(tuple(shown))


def _question(owner_id: UserId, condition: FileFilter, order: FileOrder) -> Question:
    by_name = order is FileOrder.NAME
    own, key, prefix = "#PK = :owner", "name_key" if by_name else "SK", (condition.name_prefix or "") if by_name else FILE_PREFIX
    values: dict[str, Value] = {"owner": owner_partition(owner_id)}
    if prefix:
        own += f" AND begins_with(#{key}, :beginning)"
        values["beginning"] = prefix
    return Question(
        keys=Condition(own, values),
        where=_filter(condition, by_name=by_name),
        index=BY_NAME if by_name else None,
        forward=order is not FileOrder.NEWEST,
    )


def _filter(condition: FileFilter, *, by_name: bool) -> Condition:
    parts, values = [], dict[str, Value]()
    if condition.status is None:
        parts.append("NOT #status IN (:trashed, :purged)")
        values |= {"trashed": FileStatus.TRASHED.value, "purged": FileStatus.PURGED.value}
    else:
        parts.append("#status = :status")
        values["status"] = condition.status.value
    if condition.name_prefix and not by_name:
        parts.append("begins_with(#name, :prefix)")
        values["prefix"] = condition.name_prefix
    if condition.tag is not None:
        parts.append("contains(#tags, :tag)")
        values["tag"] = condition.tag
    return Condition(" AND ".join(parts), values)


def _can_be_met(condition: FileFilter) -> bool:
    """Whether a name or tag can be like this. DynamoDB takes no lone surrogates, and no more of a key than a key has."""
    return _is_unicode((condition.name_prefix or "") + (condition.tag or "")) and _fits(condition.name_prefix or "")


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _fits(name: str) -> bool:
    return len(name.encode()) <= MAX_NAME_BYTES


def _mark(file: File, order: FileOrder) -> str:
    return f"{order.name.lower()} {file.id}" + (f" {file.name.value}" if order is FileOrder.NAME else "")


def _mark_of_key(key: Row, order: FileOrder) -> str:
    """The same for a row that was looked at and left out."""
    file_id = text(key, "SK").removeprefix(FILE_PREFIX)
    return f"{order.name.lower()} {file_id}" + (f" {name_in(text(key, 'name_key'))}" if order is FileOrder.NAME else "")


def _position(owner_id: UserId, condition: FileFilter, order: FileOrder, after: str) -> Row:
    """The inverse of `_mark`: the key to go on after, whether or not the file is still there. Raises `Malformed`."""
    found = _MARKS[order].fullmatch(after)
    if found is None:
        raise Malformed("invalid_cursor")
    file_id, name = found.groups()
    key: dict[str, Value] = {"PK": owner_partition(owner_id), "SK": f"{FILE_PREFIX}{file_id}"}
    if order is not FileOrder.NAME:
        return key
    # A key beyond the bounds of the question, which DynamoDB would refuse, is no mark of the same question.
    if not (_is_unicode(name) and _fits(name) and name.startswith(condition.name_prefix or "")):
        raise Malformed("invalid_cursor")
    return {**key, "name_key": name_key(name, file_id)}
