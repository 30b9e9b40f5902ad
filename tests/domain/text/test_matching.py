"""What a query finds in one document."""

import pytest

from demobackend.domain.model.text.analysis import DocumentTokens, analyse_document
from demobackend.domain.model.text.matching import count_matches, matches, occurrences
from demobackend.domain.model.text.query import Field, Term, parse_query
from demobackend.testing.search_rows import DOCUMENTS, ROWS, Row

ANALYSED = {
    document.key: analyse_document(name=document.name, tags=document.tags, description=document.description, text=document.text)
    for document in DOCUMENTS
}


def document(*, name: str = "", tags: tuple[str, ...] = (), description: str = "", text: str = "") -> DocumentTokens:
    return analyse_document(name=name, tags=tags, description=description, text=text)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.query[:40]}: {row.rule}")
def test_a_query_finds_the_documents_of_its_row(row: Row):
    query = parse_query(row.query)
    assert {key for key, tokens in ANALYSED.items() if matches(query, tokens)} == row.finds


def test_terms_may_match_in_different_fields():
    assert matches(parse_query("a b c d"), document(name="a", tags=("b",), description="c", text="d"))


def test_a_phrase_never_reaches_from_one_field_into_another():
    assert not matches(parse_query('"a b"'), document(name="a", tags=("b",), description="a", text="b"))


def test_a_phrase_never_reaches_from_one_tag_into_another():
    assert not matches(parse_query('tag:"a b"'), document(tags=("a", "b")))


def test_nothing_matches_a_query_of_negations():
    assert not matches(parse_query("-a"), document(text="b"))


def test_counts_are_told_by_field_and_fields_without_a_match_are_absent():
    counts = count_matches(Term(("a",)), document(name="a", tags=("a a", "b", "a"), text="b a"))
    assert counts == {Field.NAME: 1, Field.TAGS: 3, Field.TEXT: 1}


def test_a_term_with_a_field_is_counted_there_only():
    assert count_matches(Term(("a",), field=Field.TAGS), document(name="a", tags=("a",), text="a")) == {Field.TAGS: 1}


def test_a_negated_term_counts_like_any_other():
    assert count_matches(Term(("a",), negated=True), document(text="a")) == {Field.TEXT: 1}


def test_occurrences_may_overlap():
    assert list(occurrences(Term(("a", "a")), ("a", "a", "a", "b"))) == [0, 1]


def test_only_the_last_token_of_a_prefix_is_open():
    assert list(occurrences(Term(("a", "b"), prefix=True), ("a", "bc", "ab", "b", "a", "b"))) == [0, 4]
