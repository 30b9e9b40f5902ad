"""How text is folded before it is compared."""

import pytest

from demobackend.domain.model.text.analysis import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Straße", "strasse"),
        ("ẞ", "ss"),
        ("É", "e"),
        ("e\u0301", "e"),
        ("Й", "и"),
        ("ё", "е"),
        ("İ", "i"),
        ("ΟΔΥΣΣΕΎΣ", "οδυσσευσ"),
        ("ὀδύς", "οδυσ"),
        ("שָׁלוֹם", "שלום"),
        ("قَرَأَ", "قرا"),
        ("ậ", "a"),
        ("ō\u0323", "o"),
    ],
)
def test_latin_greek_cyrillic_hebrew_and_arabic_letters_lose_case_and_marks(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize("letter", list("øłđı"))
def test_a_letter_that_only_looks_like_a_marked_one_stays(letter):
    assert fold(letter) == letter


def test_the_strokes_of_capitals_stay_too():
    assert fold("ØŁĐ") == "øłđ"


@pytest.mark.parametrize("text", ["हिन्दी", "की", "ক্ষি", "தமிழ்", "ไทยที่", "がぱ", "ゞ", "か゚", "한글"])
def test_indic_thai_kana_and_hangul_keep_their_marks(text):
    assert fold(text) == text


def test_halfwidth_kana_compose_with_their_dakuten():
    assert fold("ﾊﾟｿｺﾝ") == "パソコン"


@pytest.mark.parametrize("invisible", ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u200e", "\u034f", "\ufe0f"])
def test_soft_hyphens_and_zero_width_characters_vanish(invisible):
    assert fold(f"soft{invisible}ware é{invisible}") == "software e"


def test_a_zero_width_character_does_not_part_a_letter_from_its_mark():
    assert fold("e\u200d\u0301") == "e"


def test_a_variation_selector_on_a_han_character_vanishes():
    assert fold("葛\U000e0100城") == "葛城"


@pytest.mark.parametrize(("text", "folded"), [("Ｆｕｌｌ", "full"), ("ﬁ", "fi"), ("①", "1"), ("x²", "x2"), ("㎏", "kg"), ("⼤学", "大学")])
def test_compatibility_characters_unfold(text, folded):
    assert fold(text) == folded


def test_a_free_standing_accent_leaves_no_mark_behind():
    assert fold("l´eau").split() == ["l", "eau"]


def test_a_mark_upon_a_digit_stays():
    assert fold("1\u0302") == "1\u0302"
