"""Names, tags and media types hold their rules at the limit and one beyond."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demobackend.domain.model.disposition import Disposition, allowed_disposition, content_disposition
from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.names import Description, FileName, MediaType, Sha256, Tags, in_nfc

BAD_NAMES = ["", ".", "..", "a/b", "a\\b", "a\0b", "a\nb", "a\x7fb", "a\x85b", "a\ud800b", "x" * 256, "é" * 128]
BIDI_CONTROLS = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
GOOD_NAMES = [
    "x" * 255,
    " leading",
    "trailing ",
    "...",
    "名前.pdf",
    "a\u200db",
    "a\u2029b",
    "a\u202fb",
    "a\u206ab",
    "con",
    "nul.txt",
    "%2e%2e",
    "e\u0301",
    "🙂" * 63,
]


@pytest.mark.parametrize("name", [*BAD_NAMES, *(f"a{control}b" for control in BIDI_CONTROLS)], ids=ascii)
def test_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        FileName(name)
    assert [v.code for v in refusal.value.violations] == ["invalid_name"]


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_a_good_name_is_kept_in_nfc_and_never_trimmed(name: str) -> None:
    assert FileName(name).value == unicodedata.normalize("NFC", name)


def test_a_file_has_at_most_twenty_tags_of_at_most_sixty_four_characters() -> None:
    assert len(Tags(tuple(f"t{n}" for n in range(20))).values) == 20
    assert Tags(("é" * 64,)).values == ("é" * 64,)
    for values in [tuple(f"t{n}" for n in range(21)), ("x" * 65,), ("",), ("a/b",)]:
        with pytest.raises(InvalidInput):
            Tags(values)


def test_a_tag_given_twice_is_kept_once() -> None:
    assert Tags(("a", "b", "a")).values == ("a", "b")


@pytest.mark.parametrize("text", ["text/plain", "TEXT/Plain; charset=utf-8", 'a/b;c="d;e"', "application/vnd.a+json", f"a/{'b' * 127}"])
def test_a_media_type_with_parameters_is_taken(text: str) -> None:
    assert MediaType(text).value == text


@pytest.mark.parametrize(
    "text", ["", "text", "text/", "/plain", "text/plain;", "text/pl ain", "text/plain\r\nx: y", "a/" + "b" * 254, "é/x"]
)
def test_a_bad_media_type_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        MediaType(text)


def test_a_media_types_essence_is_in_lower_case_without_parameters() -> None:
    assert MediaType("Text/HTML; charset=x").essence == "text/html"


@pytest.mark.parametrize("text", ["", "a" * 63, "a" * 65, "A" * 64, "g" * 64, "a" * 63 + "\n"])
def test_a_bad_digest_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        Sha256(text)


def test_a_description_has_at_most_4096_characters() -> None:
    assert Description("x" * 4096).value == "x" * 4096
    with pytest.raises(InvalidInput):
        Description("x" * 4097)


@given(st.text(min_size=1, max_size=80))
def test_every_name_that_is_taken_makes_a_header_of_plain_ascii(text: str) -> None:
    try:
        name = FileName(text)
    except InvalidInput:
        return
    value = content_disposition(Disposition.ATTACHMENT, name.value)
    assert value.isascii()
    assert value.isprintable()
    assert value.count('"') == 2


def test_a_text_that_cannot_fit_is_not_normalized_which_would_take_minutes() -> None:
    assert in_nfc("\u1f80\u0301" * 4, most=2) == unicodedata.normalize("NFC", "\u1f80\u0301" * 4)
    assert in_nfc("e\u0301" * 5, most=2) == "e\u0301" * 5


def test_no_text_of_more_than_four_characters_becomes_one() -> None:
    forms = ((chr(code), unicodedata.normalize("NFD", chr(code))) for code in range(0x110000))
    assert max(len(apart) for character, apart in forms if unicodedata.normalize("NFC", apart) == character) == 4


def test_active_content_is_never_inline() -> None:
    for media_type in ["text/html", "image/svg+xml", "application/xml", "application/pdf", "text/xml", "application/xhtml+xml", "text/css"]:
        assert allowed_disposition(Disposition.INLINE, media_type) is Disposition.ATTACHMENT
    for media_type in ["image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"]:
        assert allowed_disposition(Disposition.INLINE, media_type) is Disposition.INLINE
