"""The search index in memory."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nlargest
from threading import Lock

from demobackend.adapters.memory.postings import Postings
from demobackend.domain.model.errors import Malformed, NotFound, Unavailable
from demobackend.domain.model.extraction import Extraction, TextStatus
from demobackend.domain.model.ids import FileId, UserId, known_form
from demobackend.domain.model.names import essence_of
from demobackend.domain.model.search import Hit, Hits, IndexedFile, Rebuilt, RemovedFile, SearchRequest
from demobackend.domain.model.text.query import Query
from demobackend.domain.model.text.snippet import snippet

type _Rank = tuple[float, datetime, FileId]  # the greater, the better: score, then newest

_SATURATION = 1.2  # BM25's k1
_LENGTH_WEIGHT = 0.75  # BM25's b
_USUAL_LENGTH = 500.0  # tokens


@dataclass(slots=True)
class _Shelf:
    """One owner's files, and the highest revision seen of each, removed ones too."""

    files: dict[FileId, IndexedFile] = field(default_factory=dict)
    revisions: dict[FileId, int] = field(default_factory=dict)
    postings: Postings = field(default_factory=Postings)

    def put(self, file: IndexedFile) -> None:
        seen = self.revisions.get(file.file_id, 0)
        if file.revision < seen or (file.revision == seen and file.file_id not in self.files):
            return
        self._drop(file.file_id)
        self.files[file.file_id] = file
        self.revisions[file.file_id] = file.revision
        self.postings.add(file.file_id, file.tokens)

    def remove(self, file_id: FileId, revision: int) -> None:
        if revision >= self.revisions.get(file_id, 0):
            self._drop(file_id)
            self.revisions[file_id] = revision

    def forget(self, file_id: FileId, revision: int) -> None:
        if revision >= self.revisions.get(file_id, 0):
            self._drop(file_id)
            self.revisions.pop(file_id, None)

    def _drop(self, file_id: FileId) -> None:
        if self.files.pop(file_id, None) is not None:
            self.postings.drop(file_id)


type _Shelves = defaultdict[UserId, _Shelf]


class MemorySearchIndex:
    """An inverted index per owner; a `SearchIndex`.

    Scores are BM25's for a file by itself: without the rarity of words and the mean length, which every change of another
    file would move. So a walk through pages stays in order while files come and go.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._shelves: _Shelves = defaultdict(_Shelf)
        self._next: _Shelves | None = None  # of a rebuild that is under way

    def put(self, file: IndexedFile) -> None:
        """Hold this file, unless a higher revision of it was put or this one or a higher one removed."""
        with self._lock:
            self._shelves[file.owner_id].put(file)
            if self._next is not None:
                self._next[file.owner_id].put(file)

    def remove(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        """Hold nothing of the file, unless a higher revision of it was put."""
        with self._lock:
            self._shelves[owner_id].remove(file_id, revision)
            if self._next is not None:
                self._next[owner_id].remove(file_id, revision)

    def forget(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        """Hold nothing of the file, not even that it was removed, unless a higher revision of it was put."""
        with self._lock:
            self._shelves[owner_id].forget(file_id, revision)
            if self._next is not None:
                self._next[owner_id].forget(file_id, revision)

    def rebuild(self, files: Iterable[IndexedFile | RemovedFile]) -> Rebuilt:
        """Fill other shelves while both are written to, then let them take the place of these.

        Raises `Unavailable` when another rebuild was begun meanwhile.
        """
        shelves: _Shelves = defaultdict(_Shelf)
        count, self._next = 0, shelves
        try:
            for file in files:
                with self._lock:
                    if isinstance(file, RemovedFile):
                        shelves[file.owner_id].remove(file.file_id, file.revision)
                    else:
                        shelves[file.owner_id].put(file)
                        count += 1
            with self._lock:
                if self._next is not shelves:
                    raise Unavailable
                self._shelves = shelves
        finally:
            with self._lock:
                self._next = None if self._next is shelves else self._next
        return Rebuilt(count)

    def text_of(self, owner_id: UserId, file_id: FileId, *, version: int) -> Extraction | None:
        """Return the text held for these contents of the file, None when there is none. Why one is unreadable is not held."""
        with self._lock:
            shelf = self._shelves.get(owner_id, _Shelf())
            held = shelf.files.get(file_id)
        if held is None or held.version != version or held.text_status is TextStatus.PENDING:
            return None
        return Extraction(held.text, held.text_status)

    def search(self, request: SearchRequest, *, limit: int, after: str | None) -> Hits:
        """Return up to `limit` files that match, best first. Raises `Malformed` for an `after` that no answer had."""
        position = None if after is None else _position(after)
        admits = _condition(request)
        with self._lock:
            shelf = self._shelves.get(request.owner_id, _Shelf())
            scored = [(score, shelf.files[file_id]) for file_id, score in _scores(shelf, request.query).items()]
        ranked = {(score, file.created_at, file.file_id): file for score, file in scored if admits(file)}
        best = nlargest(limit + 1, (rank for rank in ranked if position is None or rank < position))
        hits = tuple(_hit(ranked[rank], rank[0], request.query) for rank in best[:limit])
        return Hits(hits=hits, total=len(ranked), next=_mark(best[limit - 1]) if len(best) > limit else None)


def _scores(shelf: _Shelf, query: Query) -> dict[FileId, float]:
    """The files that match, by score."""
    if query.matches_nothing:
        return {}
    found: set[FileId] | None = None
    frequencies: list[dict[FileId, int]] = []
    for term in sorted(query.wanted, key=shelf.postings.rarity):
        frequencies.append(shelf.postings.frequencies(term, found))
        found = set(frequencies[-1])
    for term in query.unwanted:
        found = found and found.difference(shelf.postings.frequencies(term, found))
    return {file_id: _score([term[file_id] for term in frequencies], shelf.postings.length(file_id)) for file_id in found or ()}


def _score(frequencies: list[int], length: int) -> float:
    damping = _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * length / _USUAL_LENGTH)
    # fsum: the order in which terms were looked up depends on other files, and must not show in the last digit.
    return math.fsum(frequency * (_SATURATION + 1) / (frequency + damping) for frequency in frequencies)


def _condition(request: SearchRequest) -> Callable[[IndexedFile], bool]:
    wanted_type = None if request.media_type is None else essence_of(request.media_type)

    def admits(file: IndexedFile) -> bool:
        return (
            (wanted_type is None or essence_of(file.media_type) == wanted_type)
            and (request.tag is None or request.tag in file.tags)
            and (request.created_after is None or file.created_at >= request.created_after)
            and (request.created_before is None or file.created_at <= request.created_before)
        )

    return admits


def _hit(file: IndexedFile, score: float, query: Query) -> Hit:
    pieces = snippet(query, name=file.name, tags=file.tags, description=file.description, text=file.text)
    return Hit(file_id=file.file_id, score=score, snippet=pieces)


def _mark(rank: _Rank) -> str:
    score, created_at, file_id = rank
    return f"{score.hex()} {created_at.isoformat()} {file_id}"


def _position(after: str) -> _Rank:
    """The inverse of `_mark`. Raises `Malformed`."""
    try:
        score, created_at, file_id = after.split(" ")
        rank = (float.fromhex(score), datetime.fromisoformat(created_at), FileId(known_form(file_id)))
    except (ValueError, OverflowError, NotFound):
        raise Malformed("invalid_cursor") from None
    if _mark(rank) != after or rank[1].tzinfo is None:
        raise Malformed("invalid_cursor")
    return rank
