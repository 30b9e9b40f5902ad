"""What holds for any text and any query."""

import re
import unicodedata
from itertools import pairwise

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.text.analysis import analyse, analyse_document, fold, spans
from demobackend.domain.model.text.characters import HAN, INVISIBLE, KANA, kind_of, with_marks_in_order
from demobackend.domain.model.text.matching import count_matches, matches
from demobackend.domain.model.text.query import LONGEST_QUERY, MOST_TERMS, Field, Query, Term, parse_query
from demobackend.domain.model.text.snippet import snippet

ODD = (
    'aé\u0301\u0323\u0345\u0334\u200d\u00ad\ufe0f ßİıſǰŉﬁ½…´゛゚か゚がｶﾞㄱㅏ가각日々〇㌔क\u094d\u0902\u09c7\u09be\u20ddʼ_-.*:"“ \n'
    "\ud800\uffff𝔸ﷺﹱ≠\u0338ςᾳ"
)
any_text = st.text() | st.text(alphabet=ODD) | st.text(alphabet=st.characters(categories=["M", "L", "N", "Cf", "Sk"]), max_size=8)
plain_words = st.text(alphabet="ab", min_size=1, max_size=3)
plain_text = st.text(alphabet="abA1 .\n日本のノ", max_size=24)
marks = st.text(alphabet=st.characters(categories=["Mn", "Mc"]) | st.sampled_from("\u0316\u0301\u0344\u0f73\u200d\u034f"), max_size=20)
quick = settings(deadline=None)


@quick
@given(any_text)
@example("é\u1715\u0301")
@example("a\u09c7\u0301\u09be")
def test_folding_a_folded_text_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@quick
@given(st.lists(any_text | marks, max_size=8).map("".join))
def test_putting_marks_in_order_changes_nothing_that_folding_sees_and_leaves_none_to_sort(text):
    ordered = with_marks_in_order(text)
    assert unicodedata.normalize("NFKC", ordered) == unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    assert all(mark == 0 or before <= mark for before, mark in pairwise(map(unicodedata.combining, ordered)))


@quick
@given(any_text, marks.filter(bool), any_text)
def test_a_letter_under_very_many_marks_folds_as_normalizing_has_it(before, some, after):
    long_run = before + "\N{DEVANAGARI LETTER KA}" + some * 70 + after
    assert fold(long_run) == fold(unicodedata.normalize("NFKC", INVISIBLE.sub("", long_run)))


@quick
@given(any_text)
def test_a_few_characters_among_many_plain_ones_are_folded_as_they_are_alone(text):
    plain = "Plain words. " * (len(text) + 1)
    assert fold(plain + text + "; " + plain) == plain.lower() + fold(text) + "; " + plain.lower()


@quick
@given(any_text)
def test_a_text_and_its_folding_have_the_same_words(text):
    assert analyse(fold(text)) == analyse(text)


@quick
@given(any_text)
def test_no_token_is_empty_or_holds_a_blank(text):
    assert all(token.split() == [token] for token in analyse(text))


@quick
@given(any_text)
def test_spans_have_the_tokens_of_the_analysis(text):
    assert tuple(token for token, _, _ in spans(text)) == analyse(text)


@quick
@given(any_text)
def test_spans_lie_in_the_text_and_hold_their_token(text):
    for token, start, end in spans(text):
        assert 0 <= start < end <= len(text)
        assert token in fold(text[start:end])


@quick
@given(any_text)
def test_spans_never_go_back(text):
    assert all(before[1] <= after[1] and before[2] <= after[2] for before, after in pairwise(spans(text)))


def read(text: str) -> Query | InvalidInput:
    try:
        return parse_query(text)
    except InvalidInput as refusal:
        return refusal


@quick
@given(any_text | st.text(alphabet='ab -"*:tagname', max_size=300))
def test_a_query_is_refused_for_its_length_or_its_number_of_terms_and_for_nothing_else(text):
    answer = read(text)
    if isinstance(answer, Query):
        assert len(text) <= LONGEST_QUERY and len(answer.terms) <= MOST_TERMS
    elif len(text) > LONGEST_QUERY:
        assert [violation.code for violation in answer.violations] == ["query_too_long"]
    else:
        assert [violation.code for violation in answer.violations] == ["too_many_terms"]


@quick
@given(st.text(alphabet="qxz ", min_size=LONGEST_QUERY + 1) | st.lists(st.just("qxz"), min_size=MOST_TERMS + 1, max_size=30).map(" ".join))
def test_a_refusal_never_repeats_the_query(text):
    answer = read(text)
    assert isinstance(answer, InvalidInput)
    assert not any(word in violation.detail for violation in answer.violations for word in text.split() if len(word) > 1)


def whole_words(tokens: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    return [token for token in tokens if kind_of(token[0][0]) not in (HAN, KANA)]


@quick
@given(any_text, st.data())
def test_any_stretch_of_words_finds_its_document(text, data):
    tokens = list(spans(text))
    assume(tokens)
    first = data.draw(st.integers(0, len(tokens) - 1))
    last = data.draw(st.integers(first, len(tokens) - 1))
    stretch = text[tokens[first][1] : tokens[last][2]]
    assume(len(stretch) < LONGEST_QUERY and not set(stretch) & set('"“”„«»'))
    assume(not any(start < edge < end for edge in (tokens[first][1], tokens[last][2]) for _, start, end in whole_words(tokens)))
    assert matches(parse_query(f'"{stretch}"'), analyse_document(name="", tags=(), description="", text=text))


@quick
@given(st.text(alphabet="日本語のをノー", min_size=1, max_size=12), st.text(alphabet="日本語のをノー", min_size=1, max_size=3))
def test_han_and_kana_are_found_exactly_where_they_are_a_part(text, query):
    found = matches(parse_query(query), analyse_document(name="", tags=(), description="", text=text))
    assert found == (query in text)


def class_of(char: str) -> str:
    return {"日": "[日本]", "本": "[日本]", "の": "[のノ]", "ノ": "[のノ]"}.get(char, "[aAbB1]")


def pattern_of(term: str) -> re.Pattern[str]:
    """A term of plain letters, Han and Kana as a pattern over the text as it stands: an oracle that knows no tokens."""
    runs = re.findall("[abA1]+|[日本]+|[のノ]+", term)
    first, last = class_of(runs[0][0]), class_of(runs[-1][0])
    begins = f"(?<!{first})" if first == "[aAbB1]" else ""
    ends = f"(?!{last})" if last == "[aAbB1]" else ""
    joints = [f"(?!{class_of(before[0])})[ .\\n]*" for before in runs[:-1]]
    return re.compile(begins + "".join(run + joint for run, joint in zip(runs, [*joints, ends], strict=True)), re.IGNORECASE)


@settings(deadline=None, max_examples=400)
@given(st.text(alphabet="abA1.日本のノ", min_size=1, max_size=5).filter(analyse), plain_text)
def test_a_term_is_found_where_a_pattern_of_its_characters_is(term, text):
    found = matches(parse_query(f"-zebra {term}"), analyse_document(name="", tags=(), description="", text=text))
    assert found == bool(pattern_of(term).search(text))


segments = st.lists(plain_words, max_size=6).map(tuple)
terms = st.builds(
    Term,
    st.lists(plain_words, min_size=1, max_size=3).map(tuple),
    prefix=st.booleans(),
    field=st.none() | st.sampled_from(Field),
    negated=st.booleans(),
)


def holds(term: Term, segment: tuple[str, ...]) -> int:
    """Counted in the segment written out, each word between bars."""
    words = "".join(f"<{word}>" for word in segment)
    wanted = "".join(f"<{token}>" for token in term.tokens)
    return len(re.findall(f"(?={wanted[:-1] if term.prefix else wanted})", words))


@quick
@given(terms, segments, st.lists(segments, max_size=2), segments, segments)
def test_counts_agree_with_the_fields_written_out(term, name, tags, description, text):
    document = analyse_document(name=" ".join(name), tags=map(" ".join, tags), description=" ".join(description), text=" ".join(text))
    written = {Field.NAME: [name], Field.TAGS: tags, Field.DESCRIPTION: [description], Field.TEXT: [text]}
    expected = {field: sum(holds(term, words) for words in written[field]) for field in Field if term.field in (None, field)}
    assert count_matches(term, document) == {field: count for field, count in expected.items() if count}


@quick
@given(st.lists(terms, max_size=4).map(tuple), segments, segments)
def test_all_wanted_terms_and_no_unwanted_one_must_be_there(query, name, text):
    document = analyse_document(name=" ".join(name), tags=(), description="", text=" ".join(text))
    wanted = [bool(count_matches(term, document)) for term in query if not term.negated]
    unwanted = [bool(count_matches(term, document)) for term in query if term.negated]
    assert matches(Query(query), document) == (bool(wanted) and all(wanted) and not any(unwanted))


wordy = st.lists(st.sampled_from(["a", "b", "ab", "日本の", "の本", "本", "É", "e\u0301", "㌔", "½", "-", "\n\0"]), max_size=10).map(
    " ".join
)
documents = st.fixed_dictionaries(
    {"name": wordy, "tags": st.lists(wordy, max_size=2).map(tuple), "description": wordy, "text": wordy | plain_text | any_text}
)
queries = st.sampled_from(["a", "b", "ab*", "a b", '"a b"', "日", "日本", "の", "本の", "本 の", "name:a", "tag:日", "-1 a", "aの", "é"])


@quick
@given(queries, documents, st.integers(1, 40))
def test_a_snippet_shows_a_match_for_every_document_that_is_found(query, fields, width):
    parsed = parse_query(query)
    pieces = snippet(parsed, **fields, width=width)
    assert any(piece.match for piece in pieces) or not matches(parsed, analyse_document(**fields))
    assert all(piece.text for piece in pieces)


def collapsed(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+", " ", text)


@quick
@given(queries, documents, st.integers(1, 40))
def test_a_snippet_is_a_part_of_one_field_with_its_white_space_collapsed(query, fields, width):
    shown = "".join(piece.text for piece in snippet(parse_query(query), **fields, width=width))
    contents = [fields["text"], fields["description"], fields["name"], *fields["tags"]]
    assert any(shown in collapsed(content) for content in contents)


@quick
@example("a", "a\uffff𝔸", 8)
@example("a", "𝔸ㅏ", 8)
@given(plain_words, st.lists(plain_words | st.text(alphabet=ODD, max_size=5), max_size=40).map(" ".join), st.integers(8, 40))
def test_every_mark_is_the_word_that_was_looked_for(word, text, width):
    pieces = snippet(parse_query(word), name="", tags=(), description="", text=text, width=width)
    assert {analyse(piece.text) for piece in pieces if piece.match} <= {(word,)}


@quick
@given(st.lists(plain_words, min_size=1, max_size=60), st.integers(1, 50))
def test_a_snippet_of_a_long_text_keeps_to_its_width(words, width):
    pieces = snippet(parse_query(words[-1]), name="", tags=(), description="", text=" ".join(words), width=width)
    assert sum(len(piece.text) for piece in pieces) <= width


@quick
@given(st.characters())
def test_only_han_and_kana_make_pairs(char):
    assert (len(analyse(fold(char)[:1] * 2)) > 1) == (fold(char)[:1] != "" and kind_of(fold(char)[0]) in (HAN, KANA))
