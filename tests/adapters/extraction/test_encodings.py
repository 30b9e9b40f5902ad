"""Bytes to text: byte-order mark, declaration, UTF-8, detection, in this order."""

import codecs

import pytest

from demobackend.adapters.extraction.encoding import decode

FRENCH = "Le café est fermé à cause de la grève générale. L'élève a mangé un gâteau près de la forêt.\n"
GERMAN = "Die Straße ist gesperrt. Größere Mengen Äpfel und Öl führen zu Überschüssen.\n"
RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю. Привет, мир!\n"
JAPANESE = "これは日本語のテキストです。東京は日本の首都であり、人口が多い都市です。カタカナも使います。\n"
CHINESE = "这是一个中文文本。北京是中华人民共和国的首都，人口众多。\n"
KOREAN = "이것은 한국어 텍스트입니다. 서울은 대한민국의 수도이며 인구가 많습니다.\n"
GREEK = "Αυτό είναι ένα ελληνικό κείμενο. Η Αθήνα είναι η πρωτεύουσα της Ελλάδας.\n"
POLISH = "Zażółć gęślą jaźń. Książka leży na stole. Wszystkie dzieci śpią.\n"
TURKISH = "Bu bir Türkçe metindir. Ankara Türkiye'nin başkentidir. Çok güzel şeyler oluyor, ığdır.\n"


def text_of(raw: bytes, *declared: str, is_cut: bool = False) -> str | None:
    return decode(raw, declared=declared, is_cut=is_cut)


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_outranks_a_declaration(mark: bytes, codec: str) -> None:
    assert text_of(mark + (RUSSIAN + JAPANESE).encode(codec), "windows-1252") == RUSSIAN + JAPANESE


@pytest.mark.parametrize(
    ("label", "text", "codec"),
    [
        ("latin1", FRENCH, "latin-1"),
        ("ISO-8859-1", "“curly” – quotes €", "cp1252"),
        ("us-ascii", FRENCH, "cp1252"),
        ("windows-1251", RUSSIAN, "cp1251"),
        ("KOI8-R", RUSSIAN, "koi8-r"),
        ("Shift_JIS", JAPANESE + "①髙", "cp932"),
        ("EUC-JP", JAPANESE, "euc_jp"),
        ("iso-2022-jp", JAPANESE, "iso2022_jp"),
        ("gb2312", CHINESE + "€镕", "gb18030"),
        ("big5", "繁體中文測試\n", "big5"),
        ("EUC-KR", KOREAN, "cp949"),
        ("iso-8859-2", POLISH, "iso8859-2"),
        ("iso-8859-9", TURKISH, "cp1254"),
        ("utf-16le", GREEK, "utf-16-le"),
        ("utf8", GREEK, "utf-8"),
    ],
)
def test_a_declared_encoding_is_taken_as_documents_mean_it(label: str, text: str, codec: str) -> None:
    assert text_of(text.encode(codec), label) == text


def test_the_first_declaration_that_fits_is_taken() -> None:
    assert text_of(RUSSIAN.encode("cp1251"), "", "no-such-thing", "windows-1251", "latin-1") == RUSSIAN


@pytest.mark.parametrize("label", ["rot13", "base64", "unicode_escape", "idna", "punycode", "undefined", "utf-7", "zlib", "a\0b", "é", ""])
def test_a_declaration_that_names_no_encoding_of_documents_is_passed_over(label: str) -> None:
    assert text_of(b"caf\\xe9 " + GREEK.encode(), label) == "caf\\xe9 " + GREEK


@pytest.mark.parametrize("label", ["utf-8", "shift_jis", "us-ascii"])
def test_a_declaration_that_the_bytes_contradict_is_passed_over(label: str) -> None:
    if label != "us-ascii":
        assert text_of(FRENCH.encode("cp1252"), label) == FRENCH
    assert text_of(RUSSIAN.encode() * 3, "euc-kr") == RUSSIAN * 3


def test_utf_8_outranks_detection() -> None:
    assert text_of("é".encode()) == "é"


def test_a_damaged_byte_does_not_turn_utf_8_into_something_else() -> None:
    assert text_of(b"\xff" + RUSSIAN.encode()) == "\N{REPLACEMENT CHARACTER}" + RUSSIAN


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_seen_by_its_nuls(codec: str) -> None:
    assert text_of(RUSSIAN.encode(codec)) == RUSSIAN


def test_a_few_nuls_make_no_utf_16() -> None:
    assert text_of(b"abc\0defg\0h") == "abc\0defg\0h"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (FRENCH, "latin-1"),
        (GERMAN, "latin-1"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (CHINESE, "gb18030"),
        (KOREAN, "cp949"),
        (GREEK, "cp1253"),
        (POLISH, "cp1250"),
        (TURKISH, "cp1254"),
        ("café", "latin-1"),
        ("The naïve fiancé went to a café.\n", "latin-1"),
    ],
)
@pytest.mark.parametrize("before", ["", "plain words, as in most lines\n" * 9_999], ids=["at once", "late"])
def test_an_undeclared_encoding_is_detected_wherever_it_shows(text: str, codec: str, before: str) -> None:
    assert text_of((before + text).encode(codec)) == before + text


def test_what_fits_no_encoding_but_is_no_noise_is_read_as_western() -> None:
    assert text_of(b"caf\xe9\n" * 8) == "café\n" * 8


def test_bytes_that_are_no_text_have_none() -> None:
    assert text_of(bytes(range(256)) * 99) is None


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "shift_jis"])
def test_a_character_that_the_cut_went_through_is_left_out(codec: str) -> None:
    assert text_of("日本語".encode(codec)[:-1], codec, is_cut=True) == "日本"
