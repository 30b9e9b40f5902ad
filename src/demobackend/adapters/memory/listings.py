"""An owner's files in the orders that listings ask for, and the marks that walks go on from."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator

from demobackend.domain.model.errors import Malformed, NotFound
from demobackend.domain.model.file import File
from demobackend.domain.model.ids import FileId, known_form
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.page import Page

type _Place = tuple[str, FileId]  # name (empty in orders by time) and id


class Listings:
    """One owner's file ids, sorted by id, which follows time, and by name. Not thread-safe: its catalogue holds the lock."""

    def __init__(self) -> None:
        self._by_time: list[_Place] = []
        self._by_name: list[_Place] = []

    def add(self, file: File) -> None:
        """Take a new file in."""
        insort(self._by_time, ("", file.id))
        insort(self._by_name, (file.name.value, file.id))

    def drop(self, file: File) -> None:
        """Leave a file out, given as it was added."""
        _remove(self._by_time, ("", file.id))
        _remove(self._by_name, (file.name.value, file.id))

    def page(
        self, files: Callable[[FileId], File], condition: FileFilter, order: FileOrder, *, limit: int, after: str | None
    ) -> Page[File]:
        """Return the files from `after` on that the condition admits. Raises `Malformed` for an `after` that no page had."""
        shown: list[File] = []
        for _, file_id in self._walk(condition, order, after):
            file = files(file_id)
            if not condition.admits(file):
                continue
            if len(shown) == limit:
                return Page(tuple(shown), _mark(shown[-1], order))
            shown.append(file)
        return Page(tuple(shown))

    def _walk(self, condition: FileFilter, order: FileOrder, after: str | None) -> Iterator[_Place]:
        position = None if after is None else _position(after, order)
        if order is FileOrder.NEWEST:
            end = len(self._by_time) if position is None else bisect_left(self._by_time, position)
            return (self._by_time[index] for index in range(end - 1, -1, -1))
        places = self._by_name if order is FileOrder.NAME else self._by_time
        start = 0 if position is None else bisect_right(places, position)
        if order is FileOrder.NAME and condition.name_prefix:
            return self._named(condition.name_prefix, start)
        return (places[index] for index in range(start, len(places)))

    def _named(self, prefix: str, start: int) -> Iterator[_Place]:
        for index in range(max(start, bisect_left(self._by_name, (prefix, FileId("")))), len(self._by_name)):
            if not self._by_name[index][0].startswith(prefix):
                return
            yield self._by_name[index]


def _remove(places: list[_Place], place: _Place) -> None:
    del places[bisect_left(places, place)]


def _mark(file: File, order: FileOrder) -> str:
    name = file.name.value if order is FileOrder.NAME else ""
    return f"{order.value} {file.id} {name}"


def _position(after: str, order: FileOrder) -> _Place:
    """The inverse of `_mark`. Raises `Malformed`."""
    made_for, _, place = after.partition(" ")
    file_id, blank, name = place.partition(" ")
    try:
        known_form(file_id)
    except NotFound:
        raise Malformed("invalid_cursor") from None
    if made_for != order.value or not blank or bool(name) != (order is FileOrder.NAME):
        raise Malformed("invalid_cursor")
    return (name, FileId(file_id))
