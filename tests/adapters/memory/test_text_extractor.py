"""What the contract leaves open about the text extractor in memory: HTML, JSON's order, encodings, hostile pages."""

from io import BytesIO

import pytest

from demobackend.adapters.memory.html_text import lines_of_html
from demobackend.adapters.memory.text_extractor import MemoryTextExtractor
from demobackend.domain.model.extraction import Extraction, TextStatus
from demobackend.domain.model.text.analysis import analyse


def words(content: bytes, media_type: str, name: str = "a") -> tuple[str, ...]:
    extraction = MemoryTextExtractor().extract(BytesIO(content), media_type=media_type, name=name)
    assert extraction.status is TextStatus.INDEXED, extraction
    return analyse(extraction.text)


def html(content: str) -> tuple[str, ...]:
    return words(content.encode(), "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("page", "seen"),
    [
        ("<title>Head &amp; tail</title><p>one</p>two", "head tail one two"),
        ("to<b>get</b>her <i>wo</i>rd<br>next<td>cell<td>cell", "together word next cell cell"),
        ('<img alt="a b" src="no.png"><a title="tip" href="/no">link</a>', "a b link tip"),
        ("<script>var no = '<p>no</p>'</script>yes<style>no{}</style><noscript>no</noscript>", "yes"),
        ("<script src=x />yes", "yes"),
        ("<!-- no --><!-->yes<!doctype no><?no no?></ no>", "yes"),
        ("<div hidden>no<div>no</div>no</div>yes<p style='display: none'>no<p>and", "yes and"),
        ("<template><p>no</p></template>yes", "yes"),
        ("<a title=it's>one</a> <a title='x>y'>two</a>", "one two it s x y"),
        ("<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>", "漢字 字 かん ん じ"),
        ("3 < 4 <5 &lt;six&gt; &#x37; &eacute;t&eacute;", "3 4 5 six 7 ete"),
        ("&#" + "9" * 5000 + ";", "9" * 5000),
        ("<textarea><b>raw</b></textarea>", "b raw b"),
        ("yes<p", "yes"),
        ("yes<a title='open", "yes open"),
        ("", ""),
    ],
)
def test_a_page_gives_what_a_reader_sees_and_title_and_alt(page: str, seen: str) -> None:
    assert " ".join(html(page)) == seen


@pytest.mark.parametrize(
    "part", ["<!--", "<a ", "<![CDATA[", "</", "<a x='", "<a b=", "<a/", "<!-- --!", "</a ", "<div hidden>", "&#", "<title></title "]
)
def test_a_broken_page_of_a_million_characters_is_read_to_its_end(part: str) -> None:
    # A reader in quadratic time would take minutes for each.
    assert isinstance(sum(map(len, lines_of_html(part * (1_000_000 // len(part))))), int)


def test_json_gives_keys_and_values_in_their_order() -> None:
    found = words(b'{"b": [1.50, "x", true, null], "a": {"c": -2e3}, "b": ""}', "application/json")
    assert " ".join(found) == "b 1 50 x true a c 2e3 b"


def test_json_lines_and_json_under_other_names_are_read_too() -> None:
    for media_type in ("application/x-ndjson", "application/ld+json; charset=utf-8", "text/json"):
        assert words(b'{"a": 1}\n{"a": 2}\n', media_type) == ("a", "1", "a", "2")


@pytest.mark.parametrize(
    "broken",
    ["[1,]", "{,}", '{"a"}', '{"a":}', "[1 2]", "]", "[}", '{"a":1,}', "01", "'a'", '"a', '"\\x"', "NaN", "tru", "{1:2}", '"\n"', "[1"],
)
def test_what_is_not_json_is_broken(broken: str) -> None:
    answer = MemoryTextExtractor().extract(BytesIO(broken.encode()), media_type="application/json", name="a.json")
    assert answer == Extraction("", TextStatus.UNREADABLE, "broken")


def test_json_of_any_depth_is_read() -> None:
    assert words(b"[" * 100_000 + b"1" + b"]" * 100_000, "application/json") == ("1",)


@pytest.mark.parametrize(
    ("content", "media_type", "seen"),
    [
        ("Łódź".encode("iso8859-2"), "text/html; charset=ISO-8859-2", "łodz"),
        (b'<meta charset="windows-1251">' + "слово".encode("cp1251"), "text/html", "слово"),
        (b'<?xml version="1.0" encoding="koi8-r"?><p>' + "слово".encode("koi8-r"), "application/xhtml+xml", "слово"),
        (b'<meta charset="utf-16">\xc3\xa9t\xc3\xa9', "text/html", "ete"),
        ("naïve café".encode("cp1252"), "text/plain", "naive cafe"),
        ("naïve".encode("cp1252"), "text/plain; charset=us-ascii", "naive"),
        ("été".encode(), "text/plain; charset=unheard-of", "ete"),
        ("été".encode(), "text/plain; charset=rot13", "ete"),
        ("東京都".encode() + b"\xff", "text/plain", "東京 京都 都"),
    ],
)
def test_the_encoding_is_what_is_declared_else_utf_8_else_the_likeliest(content: bytes, media_type: str, seen: str) -> None:
    assert words(content, media_type) == tuple(seen.split())


def test_bytes_that_are_no_text_in_any_encoding_are_broken() -> None:
    answer = MemoryTextExtractor().extract(BytesIO(bytes(range(256))), media_type="text/plain", name="a.txt")
    assert answer == Extraction("", TextStatus.UNREADABLE, "broken")


@pytest.mark.parametrize(
    ("media_type", "name"), [("application/pdf", "a.pdf"), ("application/octet-stream", "a.docx"), ("image/png", "a.txt"), ("", "a")]
)
def test_what_the_standard_library_cannot_read_has_no_text(media_type: str, name: str) -> None:
    assert MemoryTextExtractor().extract(BytesIO(b"%PDF-1.4"), media_type=media_type, name=name) == Extraction("", TextStatus.NONE)
