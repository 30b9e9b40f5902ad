"""What a sweep looks for. The index tells where to look; the rows themselves, read consistently, tell whether it is still so.

The index may lag by seconds: it may lack what has just become due, and may still name what is no longer. The first is found by a
later sweep, the second is not returned.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import NamedTuple

from demobackend.adapters.dynamodb.actions import Condition, Question, key_of
from demobackend.adapters.dynamodb.attributes import Row, number, text
from demobackend.adapters.dynamodb.file_rows import due_shards, file_from_row, upload_from_row
from demobackend.adapters.dynamodb.moments import to_ms
from demobackend.adapters.dynamodb.schema import DUE, Key
from demobackend.adapters.dynamodb.table import Table
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.upload import Upload, UploadStatus

_END_OF_TIME = 10**15  # milliseconds


class _Place(NamedTuple):
    """Sorts by time, then by id."""

    due_at: int
    sk: str
    pk: str


def due_uploads(table: Table, *, expired_before: datetime, limit: int) -> tuple[Upload, ...]:
    """Open uploads that expired before this moment, oldest first. Raises `Corrupt`, `Unavailable`."""
    return _due(table, due_shards(UploadStatus.OPEN), to_ms(expired_before), limit, upload_from_row)


def due_files(table: Table, *, trashed_before: datetime, limit: int) -> tuple[File, ...]:
    """Purged files, then those trashed before this moment, oldest first. Raises `Corrupt`, `Unavailable`."""
    purged = _due(table, due_shards(FileStatus.PURGED), _END_OF_TIME, limit, file_from_row)
    if len(purged) == limit:
        return purged
    return purged + _due(table, due_shards(FileStatus.TRASHED), to_ms(trashed_before), limit - len(purged), file_from_row)


def _due[T](table: Table, shards: tuple[str, ...], before: int, limit: int, read: Callable[[Row], T]) -> tuple[T, ...]:
    places = merge(*(_places(table, shard, before, limit) for shard in shards))
    found: list[T] = []
    while len(found) < limit and (named := [Key(place.pk, place.sk) for place in islice(places, limit - len(found))]):
        rows = {key_of(row): row for row in table.get_many(named)}
        found += [read(rows[key]) for key in named if key in rows and _is_due(rows[key], shards, before)]
    return tuple(found)


def _places(table: Table, shard: str, before: int, limit: int) -> Iterator[_Place]:
    """Where the rows of one shard lie, oldest first."""
    keys = Condition("#due_shard = :shard AND #due_at < :before", {"shard": shard, "before": before})
    question = Question(keys=keys, index=DUE, consistent=False)
    last: Row | None = None
    while True:
        page = table.query(question, limit=limit, after=last)
        for row in page.rows:
            yield _Place(number(row, "due_at"), text(row, "SK"), text(row, "PK"))
        last = page.last
        if last is None:
            return


def _is_due(row: Row, shards: tuple[str, ...], before: int) -> bool:
    return row.get("due_shard") in shards and number(row, "due_at") < before
