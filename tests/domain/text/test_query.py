"""How a query is read."""

import pytest

from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.text.query import Field, Query, Term, parse_query


def shown(query: Query) -> list[str]:
    """Each term as `[-][field:]tokens[*]`, the tokens joined by a plus."""
    return [
        f"{'-' if term.negated else ''}{term.field + ':' if term.field else ''}{'+'.join(term.tokens)}{'*' if term.prefix else ''}"
        for term in query.terms
    ]


def refusal(text: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        parse_query(text)
    return caught.value


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\u00a0", "\u2003", "\u3000", "  "])
def test_any_white_space_separates_terms(blank):
    assert shown(parse_query(f"one{blank}Two")) == ["one", "two"]


@pytest.mark.parametrize("text", ['"a phrase"', "“a phrase”", "„a phrase“", "«a phrase»", '»a phrase"', '"a phrase', '"a, -phrase'])
def test_a_phrase_stands_between_quotes_of_any_kind_or_runs_to_the_end(text):
    assert shown(parse_query(text)) == ["a+phrase"]


@pytest.mark.parametrize(
    ("text", "term"),
    [("e-mail", "e+mail"), ("l'eau", "l+eau"), ("3.14", "3+14"), ("user@host", "user+host"), ("acp_2023.docx", "acp+2023+docx")],
)
def test_a_term_that_splits_into_words_is_a_phrase(text, term):
    assert shown(parse_query(text)) == [term]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("ab*", ["ab*"]),
        ("e-m*", ["e+m*"]),
        ("a*", ["a"]),
        ("(a*", ["a"]),
        ("e\u0301*", ["e"]),
        ("*ab", ["ab"]),
        ("a*b", ["a+b"]),
        ("ab* c", ["ab*", "c"]),
        ("ab **", ["ab"]),
        ('"ab cd"*', ["ab+cd*"]),
        ('"ab cd*"', ["ab+cd"]),
        ('"ab cd*', ["ab+cd"]),
        ('"ab"*cd', ["ab", "cd"]),
        ("회의*", ["회의*"]),
    ],
)
def test_a_star_counts_at_the_end_of_a_term_of_two_characters_and_separates_elsewhere(text, terms):
    assert shown(parse_query(text)) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("-foo bar", ["-foo", "bar"]),
        ("--foo", ["-foo"]),
        ("- foo", ["foo"]),
        ("foo-bar", ["foo+bar"]),
        ("-fo*", ["-fo*"]),
        ('-"a b"', ["-a+b"]),
        ('-("a b")', ["-a+b"]),
        ('"a b"-c', ["a+b", "c"]),
        ("-", []),
        ("–foo", ["foo"]),
    ],
)
def test_a_minus_at_the_beginning_of_a_term_negates_it(text, terms):
    assert shown(parse_query(text)) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("name:x", ["name:x"]),
        ("tag:x", ["tags:x"]),
        ("TAG:x Name:y", ["tags:x", "name:y"]),
        ('name:"x y"', ["name:x+y"]),
        ("name:xy*", ["name:xy*"]),
        ("name:e-mail", ["name:e+mail"]),
        ('-name:"x y"', ["-name:x+y"]),
        ("-tag:xy*", ["-tags:xy*"]),
        ("name:-x", ["name:x"]),
        ("name: x", ["name", "x"]),
        ("tag:", ["tag"]),
        ('tag:""', ["tag"]),
        ('"name:x"', ["name+x"]),
        ("a,name:x", ["a+name+x"]),
        ("http:x", ["http+x"]),
        ("text:x", ["text+x"]),
        ("http://x.y/z", ["http+x+y+z"]),
    ],
)
def test_name_and_tag_are_fields_before_something_to_look_for_and_all_else_is_words(text, terms):
    assert shown(parse_query(text)) == terms


@pytest.mark.parametrize(
    ("text", "terms"), [('foo"a b"bar', ["foo", "a+b", "bar"]), ('17" screen', ["17", "screen"]), ('tag:x"y z"', ["tags:x", "y+z"])]
)
def test_a_quote_opens_a_phrase_wherever_it_stands(text, terms):
    assert shown(parse_query(text)) == terms


def test_and_or_not_and_near_are_words():
    assert shown(parse_query("a AND b OR NOT NEAR(c)")) == ["a", "and", "b", "or", "not", "near+c"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("日", ["日*"]),
        ("日本", ["日本"]),
        ("日本語", ["日本+本語"]),
        ("日日", ["日日"]),
        ("日本は", ["日本+本+は*"]),
        ("Debianの", ["debian+の*"]),
        ("のDebian", ["の+debian"]),
        ('"日本 語"', ["日本+本+語*"]),
        ('"本 本"', ["本+本*"]),
        ("日本*", ["日本"]),
        ("日*", ["日*"]),
    ],
)
def test_han_and_kana_at_the_end_of_a_term_leave_open_what_follows(text, terms):
    assert shown(parse_query(text)) == terms


@pytest.mark.parametrize("text", ["", " ", "...", '"', '""', "*", "-", "-a", '-"a b" -c', "\ud800", "- - -"])
def test_a_query_without_a_wanted_word_matches_nothing(text):
    assert parse_query(text).matches_nothing


def test_wanted_and_unwanted_terms_are_told_apart():
    query = parse_query("a -b c")
    assert (query.wanted, query.unwanted) == ((Term(("a",)), Term(("c",))), (Term(("b",), negated=True),))


def test_256_characters_are_read():
    assert shown(parse_query("a" * 256)) == ["a" * 256]


def test_257_characters_are_refused_even_when_they_are_blanks():
    (violation,) = refusal(" " * 257).violations
    assert (violation.pointer, violation.code) == ("/q", "query_too_long")


def test_16_terms_are_read():
    assert len(parse_query("-a " * 16).terms) == 16


def test_17_terms_are_refused():
    (violation,) = refusal("a " * 17).violations
    assert (violation.pointer, violation.code) == ("/q", "too_many_terms")


def test_bare_punctuation_is_no_term():
    assert len(parse_query("a " * 16 + "- , * :").terms) == 16


def test_a_query_cannot_hold_17_terms():
    with pytest.raises(InvalidInput):
        Query((Term(("a",)),) * 17)


def test_a_term_cannot_be_without_tokens():
    with pytest.raises(InvalidInput):
        Term(())


def test_a_term_without_a_field_looks_in_all_four():
    assert all(Term(("a",)).looks_in(field) for field in Field)
