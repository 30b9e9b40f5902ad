"""What a snippet shows."""

import pytest

from demobackend.domain.model.text.query import parse_query
from demobackend.domain.model.text.snippet import Piece, snippet


def shown(query: str, *, name: str = "", tags: tuple[str, ...] = (), description: str = "", text: str = "", width: int = 160) -> str:
    """The snippet with each match in brackets."""
    pieces = snippet(parse_query(query), name=name, tags=tags, description=description, text=text, width=width)
    return "".join(f"[{piece.text}]" if piece.match else piece.text for piece in pieces)


def test_matched_words_are_marked_as_they_stand_in_the_text():
    assert shown("größe", text="Die GRÖSSE zählt, die Größe auch.") == "Die [GRÖSSE] zählt, die [Größe] auch."


def test_the_text_comes_before_the_description_and_that_before_name_and_tags():
    assert shown("a", name="a n", tags=("a t",), description="a d", text="a x") == "[a] x"
    assert shown("a", name="a n", tags=("a t",), description="a d") == "[a] d"
    assert shown("a", name="a n", tags=("a t",)) == "[a] n"
    assert shown("a", tags=("a t",)) == "[a] t"


def test_a_hit_by_name_alone_shows_the_whole_name():
    name = "word-" * 60 + "report.pdf"
    assert shown("report", name=name, text="nothing here") == name.replace("report", "[report]")


def test_a_hit_by_tag_alone_shows_the_tag_that_matched():
    assert shown("tag:annual", name="annual", tags=("other", "annual report"), text="annual") == "[annual] report"


def test_a_term_for_the_name_is_not_marked_in_the_text():
    assert shown("name:cat dog", name="cat", text="cat and dog") == "cat and [dog]"


def test_an_unwanted_term_is_not_marked():
    assert shown("dog -cat", text="a category of dog") == "a category of [dog]"


def test_nothing_is_shown_where_nothing_matches():
    assert snippet(parse_query("zebra"), name="cat", tags=("dog",), description="", text="horse") == ()


def test_nothing_is_shown_for_a_query_that_matches_nothing():
    assert snippet(parse_query("-cat"), name="dog", tags=(), description="", text="dog") == ()


def test_a_prefix_marks_the_whole_word():
    assert shown("categ*", text="a category, categorical") == "a [category], [categorical]"


def test_a_phrase_is_marked_as_one():
    assert shown('"end of the"', text="the end\n of  the line; end of line") == "the [end of the] line; end of line"


@pytest.mark.parametrize(("text", "marked"), [("a a A, b a", "[a a A], b a"), ("a á A, b a", "[a á A], b a")])
def test_phrases_that_overlap_are_marked_as_one(text, marked):
    assert shown('"a a"', text=text) == shown('"a a"', name=text) == marked


def test_what_parts_words_or_stands_beside_them_is_not_marked():
    assert shown("a", text="a\uffff𝔸") == "[a]\uffff[𝔸]"
    assert shown("a", text="𝔸ㅏ ㅏ𝔸") == "[𝔸]ㅏ ㅏ[𝔸]"
    assert shown("가", text="x\u1100\u1161 y\u1100\u200b\u1161\u11a8") == "x[\u1100\u1161] y\u1100\u200b\u1161\u11a8"
    assert shown("e", text="\uffffé\uffffe\u0301\uffff") == "\uffff[é]\uffff[e\u0301]\uffff"


def test_a_word_within_a_word_is_not_marked():
    assert shown("cat", text="category concat scat cat") == "category concat scat [cat]"


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("日本語", "これは[日本語]の本です。"),
        ("本", "これは日[本]語の[本]です。"),
        ("日本語の", "これは[日本語の]本です。"),
        ("は日", "これ[は日]本語の本です。"),
    ],
)
def test_han_and_kana_are_marked_by_the_character(query, marked):
    assert shown(query, text="これは日本語の本です。") == marked


def test_a_kana_with_a_mark_that_has_no_code_of_its_own_is_found_before_a_word():
    assert shown('"か\u309a xyz"', text="か\u309a xyz") == "[か\u309a xyz]"


def test_letters_are_marked_with_their_marks_and_invisible_characters():
    assert shown("cooperation", text="re\u0301: co\u00adope\u0301ration!") == "re\u0301: [co\u00adope\u0301ration]!"


def test_white_space_and_control_characters_are_shown_as_one_blank():
    assert shown("b", text="a \r\n\t\x00\x0c b\u2028\ud800c") == "a [b] c"
    assert shown("b", text="a  a  b") == "a a [b]"


def test_markup_is_shown_as_it_is():
    assert shown("b", text="<i>&amp;</i> <b>") == "<i>&amp;</i> <[b]>"


def test_a_long_text_is_cut_between_words_within_the_width():
    text = " ".join(f"word{number}" for number in range(400))
    found = shown("word300", text=text, width=60).replace("[", "").replace("]", "")
    assert found in text
    assert set(found.split()) <= set(text.split())
    assert 40 < len(found) <= 60


def test_a_text_within_the_width_is_shown_whole():
    assert shown("b", text="(a b c)", width=7) == "(a [b] c)"


def test_a_word_longer_than_the_width_is_cut_but_never_within_a_character():
    assert shown("aa*", text="a" * 50 + "e\u0301" * 50, width=51) == f"[{'a' * 50}e\u0301]"


def test_a_cut_between_a_letter_and_its_mark_makes_no_new_word():
    assert "[tude]" not in shown("found tude", text="e\u0301tude" + " y" * 17 + "  found" + " z" * 200)


def test_a_cut_within_a_word_makes_no_new_word():
    assert "dog]" not in shown('found "cat dog"', text="concat dog" + " y" * 16 + "  found" + " z" * 200)


def test_a_single_han_character_at_the_edge_of_a_snippet_is_marked_alone():
    assert shown("日", text="日漢漢漢漢漢漢漢日本漢漢漢漢", width=10) == "[日]漢漢漢漢漢漢漢[日]本"


def test_where_several_terms_match_the_place_with_most_of_them_is_shown():
    text = "alpha " + "filler " * 60 + "alpha? beta gamma"
    assert shown("beta gamma alpha", text=text, width=80).endswith("[beta] [gamma]")


@pytest.mark.parametrize("filler", ["filler ", "Füller, ", "これは文です。", "नमस्ते "])
@pytest.mark.parametrize("count", [0, 1, 127, 128, 129, 146, 147, 300, 5000])
def test_a_phrase_is_found_wherever_the_reading_of_the_text_is_cut(filler, count):
    assert "[alpha-beta, gamma]" in shown('"alpha beta gamma"', text=filler * count + "alpha-beta, gamma " + filler * count)


def test_a_phrase_whose_words_stand_far_apart_is_found():
    assert shown('"alpha beta"', text="x alpha" + " " * 9000 + "beta") == "[alpha]"


def test_a_match_behind_many_that_only_look_like_it_is_found():
    assert shown("cat", text="category " * 3000 + "cat").endswith("category [cat]")


@pytest.mark.parametrize("before", [66558, 66559, 66560, 140000])
def test_a_match_in_han_without_any_separator_is_found(before):
    assert "[日本]" in shown("日本", text="漢" * before + "日本" + "漢" * 100)


def test_pieces_say_whether_they_match():
    assert snippet(parse_query("b"), name="", tags=(), description="", text="a b") == (Piece("a ", match=False), Piece("b", match=True))
