"""How much of a text is searched, and that taking it in pieces changes nothing."""

from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.text.test_text_properties import ODD, any_text

from demobackend.domain.model.text.analysis import analyse
from demobackend.domain.model.text.long_texts import MAX_DISTINCT_WORDS, MAX_WORDS, pieces, searched

MOST_IN_A_PIECE = 32_768
broken_text = any_text | st.text(alphabet=ODD + ",;\t\r\x1c\x85\u00a0\u1680\u2028\u3000、。，aéé")
TOO_MANY = {
    "words": "ab cd " * (MAX_WORDS // 2 + MOST_IN_A_PIECE),
    "different words": " ".join(f"w{number:x}" for number in range(MAX_DISTINCT_WORDS + MOST_IN_A_PIECE)),
}


@settings(deadline=None)
@given(broken_text, st.integers(1, 5))
def test_the_words_of_the_pieces_are_those_of_the_text(text, shortest):
    parts = list(pieces(text, shortest=shortest, longest=len(text) + 1))
    assert "".join(parts) == text
    assert tuple(chain.from_iterable(map(analyse, parts))) == analyse(text)


def test_a_piece_ends_somewhere_even_if_no_word_does():
    assert max(map(len, pieces("漢" * 100_000 + "x" * 100_000))) == MOST_IN_A_PIECE


def test_a_text_of_a_novel_s_length_is_searched_whole():
    text = "Seventeen herons crossed the estuary; nobody counted the gulls.\n" * 10_000
    assert searched(text) == (text, analyse(text))


@pytest.mark.parametrize("text", TOO_MANY.values(), ids=TOO_MANY)
def test_a_text_of_too_many_words_is_searched_up_to_the_last_piece_before_the_limit(text):
    beginning, words = searched(text)
    assert text.startswith(beginning)
    assert words == analyse(beginning)
    most, count = (MAX_WORDS, len(words)) if text.startswith("ab") else (MAX_DISTINCT_WORDS, len(set(words)))
    assert most - MOST_IN_A_PIECE < count <= most


@pytest.mark.parametrize("text", TOO_MANY.values(), ids=TOO_MANY)
def test_what_is_searched_of_a_beginning_is_all_of_it(text):
    once = searched(text)
    assert searched(once[0]) == once


def test_a_word_that_comes_often_is_held_once():
    _, words = searched("éa éb " * 20_000)
    assert len({id(word) for word in words}) == 2
