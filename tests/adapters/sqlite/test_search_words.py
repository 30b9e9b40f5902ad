"""FTS5 finds exactly what the domain's plain reference finds, in every script and for every query."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.search_index import SqliteSearchIndex, _free_number
from demobackend.adapters.sqlite.search_pages import LONG_TEXT, NUMBERS_PER_MS
from demobackend.adapters.sqlite.search_words import words_to_row
from demobackend.domain.model.errors import InvalidInput, Malformed
from demobackend.domain.model.ids import UserId
from demobackend.domain.model.search import SearchRequest
from demobackend.domain.model.text.analysis import DocumentTokens
from demobackend.domain.model.text.matching import matches
from demobackend.domain.model.text.query import Field, Query, Term, parse_query
from demobackend.domain.model.text.snippet import snippet
from demobackend.testing.samples import OWNER, sample_id, sample_indexed_file

# Letters with and without marks, Indic and Thai marks, Han in and beyond the BMP, Kana, Hangul, digits of several scripts,
# characters that fold into several, private and invisible ones, and what FTS5's own language is made of.
CHARACTERS = "aAbB1éßﬁİıαфשل" + "นั้กि்" + "東京都𠀀𠀁" + "カタかヽー" + "서울한" + "२٣" + "\ue000\u200b\u0301\u00ad" + "_-.'\"*:+^(){}/@ "
TEXTS = st.text(st.sampled_from(CHARACTERS), max_size=12)
OPERATORS = st.sampled_from(["", "-", "name:", "tag:", "-tag:", '"', "*", '"*', " ", "AND", "OR", "NOT", "NEAR"])
QUERIES = st.lists(st.tuples(OPERATORS, TEXTS, OPERATORS), min_size=1, max_size=4).map(lambda parts: " ".join(map("".join, parts)))
OWNERS = count(1_000)


@pytest.fixture(scope="module")
def index() -> Iterator[SqliteSearchIndex]:
    """One for all examples, each of which has an owner of its own; so it also holds what must not be found."""
    with TemporaryDirectory() as folder, Database.open(Path(folder) / "database") as database:
        yield SqliteSearchIndex(database)


def agree(index: SqliteSearchIndex, documents: list[tuple[str, list[str], str, str]], query: Query) -> None:
    owner = UserId(sample_id(next(OWNERS)))
    files = [
        sample_indexed_file(number, owner_id=owner, name=name, tags=tuple(tags), description=description, text=text)
        for number, (name, tags, description, text) in enumerate(documents)
    ]
    for file in files:
        index.put(file)
    expected = {file.file_id for file in files if matches(query, file.tokens)}
    found = index.search(SearchRequest(owner_id=owner, query=query), limit=100, after=None)
    assert {hit.file_id for hit in found.hits} == expected
    assert found.total == len(expected)


def parsed(text: str) -> Query:
    try:
        return parse_query(text)
    except InvalidInput:
        return Query(())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, st.lists(TEXTS, max_size=3), TEXTS, TEXTS), min_size=1, max_size=3), QUERIES)
@example([("a", ["x y", "y z"], "", "")], '"y y"')
@example([("a", [], "", "東京都")], "京")
@example([("a", [], "", "カタカナ")], "タカ")
@example([("ab", [], "", "")], "a*")
def test_any_query_finds_what_the_reference_finds(
    index: SqliteSearchIndex, documents: list[tuple[str, list[str], str, str]], text: str
) -> None:
    agree(index, documents, parsed(text))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_words_taken_from_a_document_find_it_as_the_reference_does(index: SqliteSearchIndex, data: st.DataObject) -> None:
    document = data.draw(st.tuples(TEXTS, st.lists(TEXTS, max_size=3), TEXTS, TEXTS))
    file = sample_indexed_file(1, name=document[0], tags=tuple(document[1]), description=document[2], text=document[3])
    segments = [segment for segment in (file.tokens.name, *file.tokens.tags, file.tokens.description, file.tokens.text) if segment]
    if not segments:
        return
    terms: list[Term] = []
    for _ in range(data.draw(st.integers(1, 3))):
        segment = data.draw(st.sampled_from(segments))
        begin = data.draw(st.integers(0, len(segment) - 1))
        tokens = segment[begin : data.draw(st.integers(begin + 1, len(segment)))]
        length = data.draw(st.integers(1, len(tokens[-1])))
        terms.append(
            Term(
                (*tokens[:-1], tokens[-1][:length]),
                prefix=data.draw(st.booleans()),
                field=data.draw(st.none() | st.sampled_from(Field)),
                negated=data.draw(st.booleans()),
            )
        )
    agree(index, [document], Query(tuple(terms)))


def test_a_phrase_as_long_as_a_query_can_be_is_found(index: SqliteSearchIndex) -> None:
    words = " ".join("ab"[number % 2] for number in range(127))
    agree(index, [("n", [], "", words), ("n", [], "", words[:-2])], parse_query(f'"{words}"'))


def test_a_word_of_a_million_letters_is_found_by_its_beginning_and_harms_nothing(index: SqliteSearchIndex) -> None:
    document = ("n", list[str](), "", "before " + "x" * 1_000_000 + " after")
    for query in ("xxx*", "after", '"before x*"', "x" * 256, "x" * 255 + "*", '"before after"'):
        agree(index, [document], parse_query(query))


def test_owners_with_neighbouring_numbers_do_not_share_words(index: SqliteSearchIndex) -> None:
    owners = [UserId(sample_id(next(OWNERS))) for _ in range(120)]
    for owner in owners:
        index.put(sample_indexed_file(1, owner_id=owner, text="x 1x x1x 11x"))
    for owner in owners:
        for query in ("x", "1x*", "x1*", "11*"):
            assert index.search(SearchRequest(owner_id=owner, query=parse_query(query)), limit=100, after=None).total == 1


def test_words_that_look_like_facts_are_not_facts_and_facts_are_not_words(index: SqliteSearchIndex) -> None:
    owner = UserId(sample_id(next(OWNERS)))
    index.put(sample_indexed_file(1, owner_id=owner, tags=("red",), text="m746578742f68746d6c t626c7565"))
    for query in ("m746578742f68746d6c", "t626c7565"):
        asked = SearchRequest(owner_id=owner, query=parse_query(query), media_type="text/html", tag="blue")
        assert index.search(asked, limit=10, after=None).total == 0
    for query in ("t726564", "m746578742f706c61696e", "726564"):
        assert index.search(SearchRequest(owner_id=owner, query=parse_query(query)), limit=10, after=None).total == 0


LONG = sample_indexed_file(1, name="Größe.pdf", tags=("tagged",), description="described", text="слово " * LONG_TEXT + "последнее")


@pytest.mark.parametrize(
    "query", ["größe", "tagged", "described", "слово", "последнее", "name:grosse", "name:größe слово", "пос*", "größe -absent"]
)
def test_a_hit_in_a_long_text_shows_what_the_whole_text_would_show(index: SqliteSearchIndex, query: str) -> None:
    owner = UserId(sample_id(next(OWNERS)))
    index.put(replace(LONG, owner_id=owner))
    parsed_query = parse_query(query)
    (hit,) = index.search(SearchRequest(owner_id=owner, query=parsed_query), limit=10, after=None).hits
    assert hit.snippet == snippet(parsed_query, name=LONG.name, tags=LONG.tags, description=LONG.description, text=LONG.text)


@pytest.fixture
def few(database: Database) -> SqliteSearchIndex:
    index = SqliteSearchIndex(database)
    for number in range(6):
        index.put(sample_indexed_file(number, text="word " * (number + 1)))
    return index


WORD = SearchRequest(owner_id=OWNER, query=parse_query("word"))


def test_newer_files_that_come_during_a_walk_move_nothing(few: SqliteSearchIndex) -> None:
    whole = [hit.file_id for hit in few.search(WORD, limit=100, after=None).hits]
    page = few.search(WORD, limit=2, after=None)
    shown = [hit.file_id for hit in page.hits]
    number = 10
    while page.next is not None:
        few.put(sample_indexed_file(number, name="word", text="word " * 20))
        few.put(sample_indexed_file(number + 1, owner_id=UserId(sample_id(number)), text="word " * 50))
        page = few.search(WORD, limit=2, after=page.next)
        shown += [hit.file_id for hit in page.hits]
        number += 2
    assert shown == whole


@pytest.mark.parametrize(
    "mark", ["ranked 1 2", "ranked 1 2 3 4", "ranked 1 2 -", "rest", "rest x", "rest " + "9" * 19, "rest 1 ", "best 1"]
)
def test_a_mark_of_another_make_is_malformed(few: SqliteSearchIndex, mark: str) -> None:
    with pytest.raises(Malformed):
        few.search(WORD, limit=2, after=mark)


def test_a_file_that_was_removed_and_put_again_takes_its_old_place(few: SqliteSearchIndex) -> None:
    for number in range(10, 13):
        few.put(sample_indexed_file(number, text="same"))
    middle = sample_indexed_file(11, revision=3, text="same")
    few.remove(OWNER, middle.file_id, revision=2)
    few.put(middle)
    found = few.search(SearchRequest(owner_id=OWNER, query=parse_query("same")), limit=10, after=None)
    assert [hit.file_id for hit in found.hits] == [sample_indexed_file(number).file_id for number in (12, 11, 10)]


def test_more_files_of_one_millisecond_than_have_numbers_of_their_own_are_all_kept(database: Database) -> None:
    insert = "INSERT INTO search_documents VALUES (?, 'o', ?, 1, 1, 'n', '[]', '', 'none', '')"

    def fill(connection: apsw.Connection) -> int:
        connection.executemany(insert, [(7 * NUMBERS_PER_MS + number, str(number)) for number in range(NUMBERS_PER_MS)])
        return _free_number(connection, 7)

    assert database.write(fill) == 8 * NUMBERS_PER_MS


def test_the_words_of_a_document_are_made_in_little_more_memory_than_they_fill() -> None:
    tokens = DocumentTokens(name=(), tags=(), description=(), text=("a", "b") * 200_000)
    tracemalloc.start()
    try:
        row = words_to_row(1, tokens, media_type="text/plain", tags=())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert row.text == " ".join(["u1xa u1xb"] * 200_000)
    assert peak < 3 * len(row.text)
