"""Search over 10,000 of one's files, with ranking, snippets and the catalogue's word, against the bare FTS5 statements that it runs."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import apsw

from bench.library import catalogue, documents, indexed, phrases_in, words_in
from bench.pairs import Ratio, compare
from bench.servers import scratch
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.sqlite.change_feed import SqliteChangeFeed
from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.file_catalog import SqliteFileCatalog
from demobackend.adapters.sqlite.search_index import SqliteSearchIndex
from demobackend.domain.model.caller import Caller
from demobackend.domain.model.ids import SessionId
from demobackend.domain.model.search import SearchAnswer
from demobackend.domain.use_cases.search.search_files import SearchConditions, SearchFiles
from demobackend.testing.samples import OWNER, sample_id

FILES = 10_000
PAGE = 20  # the API's default
QUERIES = 120  # of a kind, asked in turn: their hits are more files than our cache of rows holds
COMMON = 12  # words that stand in about 40 % of the files; there are no more of them, and the cache holds their hits
GOAL = 1.5

type Statement = tuple[str, Any]
type Question = Callable[[], object]


def run() -> Iterator[Ratio]:
    """A line for each kind of query, with how many files one finds on average."""
    with filled() as (database, search_files, queries):
        for kind, asked in queries.items():
            searches = [searching(search_files, q) for q in asked]
            found = statistics.mean(search().total for search in searches)
            bare = [bare_fts5(database, search) for search in searches]
            calls = len(asked) * max(1, QUERIES // len(asked))
            name = f"search {kind}, {found:,.0f} files / its FTS5"
            yield compare(name, in_turn(searches), in_turn(bare), goal=GOAL, calls=calls, rounds=7)


@contextmanager
def filled() -> Iterator[tuple[Database, SearchFiles, dict[str, list[str]]]]:
    """A database with all files in it, the use case over it, and queries by their kind."""
    with scratch("search") as folder, Database.open(folder / "demobackend.db") as database:
        ids = SequentialIds(ManualClock())
        catalog, feed, index = SqliteFileCatalog(database, ids), SqliteChangeFeed(database, ids), SqliteSearchIndex(database)
        library = list(documents(OWNER, FILES))
        catalogue(catalog, feed, library)
        for document in library:
            index.put(indexed(document))
        common = words_in(library, 0.4, count=COMMON)
        queries = {
            "common word": common,
            "two words": [f"{common[0]} {word}" for word in words_in(library, 0.1, count=QUERIES)],
            "phrase": [f'"{phrase}"' for phrase in phrases_in(library, 0.02, count=QUERIES)],
            "prefix": [f"{word[:3]}*" for word in words_in(library, 0.05, count=QUERIES)],
            "rare word": words_in(library, 0.002, count=QUERIES),
        }
        yield database, SearchFiles(index, catalog), queries


def searching(search_files: SearchFiles, q: str) -> Callable[[], SearchAnswer]:
    """The use case as the API calls it."""
    caller, conditions = Caller(OWNER, SessionId(sample_id(3))), SearchConditions()
    return lambda: search_files(caller, q, conditions, limit=PAGE, after=None)


def bare_fts5(database: Database, search: Question) -> Question:
    """The full-text statements of a search with its bindings, and nothing else, on the same connection."""
    statements = [statement for statement in statements_of(database, search) if "search_words" in statement[0]]
    connection = database.read(lambda connection: connection)

    def ask() -> None:
        for sql, bindings in statements:
            connection.execute(sql, bindings).fetchall()

    return ask


def statements_of(database: Database, search: Question) -> list[Statement]:
    """The SQL of one search with its bindings, as the connection was given it."""
    told: list[Statement] = []

    def note(_cursor: apsw.Cursor, sql: str, bindings: Any) -> bool:
        told.append((sql, bindings))
        return True

    connection = database.read(lambda connection: connection)
    connection.exec_trace = note
    search()
    connection.exec_trace = None
    return told


def in_turn(questions: Sequence[Question]) -> Question:
    """The next of them at each call."""
    following = cycle(questions)

    def ask() -> object:
        return next(following)()

    return ask
