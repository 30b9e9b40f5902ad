"""Searches: how many documents match, which of them stand on a page, and what their hits look like."""

import json
import re
from typing import NamedTuple

import apsw

from demobackend.adapters.sqlite.file_rows import tags_from_json
from demobackend.adapters.sqlite.marks import NUMBER, number_of, parts_of
from demobackend.adapters.sqlite.moments import to_ms, to_ms_or_later
from demobackend.adapters.sqlite.search_words import expression, expression_of_text
from demobackend.domain.model.ids import FileId
from demobackend.domain.model.search import Hit, Hits, SearchRequest
from demobackend.domain.model.text.query import Query
from demobackend.domain.model.text.snippet import Piece, Snippets

NUMBERS_PER_MS = 1 << 12  # documents of one millisecond; their numbers grow with their time, so newest first is by number
RANKED = 2_000  # bm25 looks at every occurrence, so only the newest matches are scored
LONG_TEXT = 16_384  # characters; in a longer one the index knows sooner than the text whether there is anything to show
_LAST_NUMBER = 2**63 - 1

_COUNT = "SELECT count(*) FROM search_words WHERE search_words MATCH ? AND rowid BETWEEN ? AND ?"
# A word counts more in a name than in a tag, a description or the text; facts are for filters and count nothing.
_BEST = """
    WITH newest AS MATERIALIZED (
        SELECT rowid AS number, bm25(search_words, 8, 4, 2, 1, 0) AS badness FROM search_words
        WHERE search_words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?)
    SELECT number, -badness, (SELECT min(number) FROM newest), (SELECT max(number) FROM newest), (SELECT count(*) FROM newest)
    FROM newest ORDER BY badness, number DESC LIMIT ? OFFSET ?"""
_NEWEST = "SELECT rowid FROM search_words WHERE search_words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?"
_HOLDS = "SELECT count(*) FROM search_words WHERE search_words MATCH ? AND rowid = ?"
_DOCUMENTS = """
    SELECT number, file_id, name, tags, description, text
    FROM json_each(?) CROSS JOIN search_documents ON number = json_each.value"""

_RANKED_MARK = re.compile(rf"ranked ({NUMBER}) ({NUMBER}) ({NUMBER})")
_REST_MARK = re.compile(rf"rest ({NUMBER})")


class _Range(NamedTuple):
    """Numbers, both inclusive."""

    low: int
    high: int

    def within(self, *, low: int, high: int) -> "_Range":
        return _Range(max(self.low, low), min(self.high, high))


EVERYTHING = _Range(-_LAST_NUMBER, _LAST_NUMBER)


class _Place(NamedTuple):
    """Where a page begins: so many hits into the ranked documents of these numbers; with no offset, after all of them.

    A walk keeps to the ranked documents that it began with, so that newer ones, which come meanwhile, move nothing.
    """

    ranked: _Range
    offset: int | None


_START = _Place(EVERYTHING, 0)


class _Page(NamedTuple):
    """Numbers with scores, and the mark of what follows; how many documents match where that came to light."""

    scores: list[tuple[int, float]]
    next: str | None
    total: int | None = None


def search(connection: apsw.Connection, owner: int | None, request: SearchRequest, *, limit: int, after: str | None) -> Hits:
    """`owner` is None for somebody of whom nothing is indexed. Raises `Malformed` for an `after` that no answer had."""
    place = _START if after is None else _parsed(after)
    if owner is None or request.query.matches_nothing:
        return Hits(hits=(), total=0)
    match, times = expression(owner, request), _numbers_of(request)
    page = _page(connection, match, times, place, limit)
    total = connection.execute(_COUNT, (match, *times)).get if page.total is None else page.total
    return Hits(hits=_hits(connection, owner, request.query, page.scores), total=total, next=page.next)


def _numbers_of(request: SearchRequest) -> _Range:
    """The numbers of documents made at the times that are asked for."""
    after, before = request.created_after, request.created_before
    return _Range(
        EVERYTHING.low if after is None else to_ms_or_later(after) * NUMBERS_PER_MS,
        EVERYTHING.high if before is None else to_ms(before) * NUMBERS_PER_MS + NUMBERS_PER_MS - 1,
    )


def _page(connection: apsw.Connection, match: str, times: _Range, place: _Place, limit: int) -> _Page:
    if place.offset is None:
        return _rest(connection, match, times, below=place.ranked.low, limit=limit)
    window = times.within(low=place.ranked.low, high=place.ranked.high)
    rows = list(connection.execute(_BEST, (match, *window, RANKED, limit + 1, place.offset)))
    best = [(number, score) for number, score, *_ in rows[:limit]]
    low, high, count = rows[0][2:] if rows else (*place.ranked, 0)
    ranked = _Range(low, high) if place.offset == 0 else place.ranked
    total = count if place == _START and count < RANKED else None  # few match, so every one of them is among the newest
    if len(rows) > limit:
        return _Page(best, f"ranked {ranked.low} {ranked.high} {place.offset + limit}", total)
    if total is not None:
        return _Page(best, None, total)
    rest = _rest(connection, match, times, below=ranked.low, limit=limit - len(best))
    return _Page(best + rest.scores, rest.next)


def _rest(connection: apsw.Connection, match: str, times: _Range, *, below: int, limit: int) -> _Page:
    """Documents older than the ranked ones; with a limit of 0, only whether there are any."""
    older = times.within(low=EVERYTHING.low, high=below - 1)
    numbers = [number for (number,) in connection.execute(_NEWEST, (match, *older, limit + 1))]
    shown = numbers[:limit]
    return _Page([(number, 0.0) for number in shown], f"rest {[below, *shown][-1]}" if len(numbers) > limit else None)


def _hits(connection: apsw.Connection, owner: int, query: Query, scores: list[tuple[int, float]]) -> tuple[Hit, ...]:
    snippets = Snippets(query)
    score_of = dict(scores)
    hits: dict[int, Hit] = {}
    for number, file_id, name, tags, description, text in connection.execute(_DOCUMENTS, (json.dumps(list(score_of)),)):
        pieces: tuple[Piece, ...] = ()
        if len(text) <= LONG_TEXT or _holds(connection, owner, query, number):
            pieces = snippets.of_text(text)
        pieces = pieces or snippets.of_facts(name=name, tags=tags_from_json(tags), description=description)
        hits[number] = Hit(file_id=FileId(file_id), score=score_of[number], snippet=pieces)
    return tuple([hits[number] for number in score_of])


def _holds(connection: apsw.Connection, owner: int, query: Query, number: int) -> bool:
    match = expression_of_text(owner, query)
    return match is not None and bool(connection.execute(_HOLDS, (match, number)).get)


def _parsed(after: str) -> _Place:
    """The place that a mark names. Raises `Malformed`."""
    if after.startswith("rest "):
        (below,) = parts_of(after, _REST_MARK)
        return _Place(_Range(number_of(below), EVERYTHING.high), None)
    low, high, offset = parts_of(after, _RANKED_MARK)
    return _Place(_Range(number_of(low), number_of(high)), number_of(offset))
