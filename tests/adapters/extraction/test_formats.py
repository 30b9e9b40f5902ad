"""What counts as text in each format."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from fpdf import FPDF

from demobackend.adapters.extraction.text_extractor import SubprocessTextExtractor
from demobackend.domain.model.extraction import Extraction, TextStatus

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(content: bytes, media_type: str) -> Extraction:
    return SubprocessTextExtractor().extract(io.BytesIO(content), media_type=media_type, name="name")


def lines(content: bytes | str, media_type: str) -> list[str]:
    """The text's lines that are not empty, once it is known to be whole."""
    answer = read(content.encode() if isinstance(content, str) else content, media_type)
    assert (answer.status, answer.reason) == (TextStatus.INDEXED, None)
    return [line for line in answer.text.split("\n") if line.strip()]


class TestHtml:
    @pytest.mark.parametrize(
        ("page", "expected"),
        [
            ("<title>The title</title><body><p>text", ["The title", "text"]),
            ("<p><b>wo</b>rd <i>c</i>r<u>oo</u>ked <x-own>unkn</x-own>own", ["word crooked unknown"]),
            ("wo<!-- comment -->rd w<wbr>o<span title=tip>r</span>d", ["word word", "tip"]),
            ("H<sub>2</sub>O <a href=elsewhere class=secret id=secret data-x=secret>link</a>", ["H2O link"]),
            ("<p>one<p>two<div>three<br>four<hr>five", ["one", "two", "three", "four", "five"]),
            ("<table><tr><td>a<td>b<tr><th>c</table><ul><li>d<li>e</ul>f", ["a", "b", "c", "d", "e", "f"]),
            ("<select><option>a<option>b</select><button>c</button><textarea>d &lt;i></textarea>", ["a", "b", "c", "d <i>"]),
            ("a<img src=secret alt='a &amp; b'>c<area alt=d><input type=image alt=e value=secret>", ["a", "a & b", "c d", "e"]),
            ("<script>secret</script><style>secret</style>a<noscript>secret</noscript><template>secret</template>", ["a"]),
            ("<iframe>secret</iframe><svg><style>secret</style><text>drawn</text></svg>", ["drawn"]),
            ("<p hidden>secret <b>secret</b></p>a<i style='color: red; DISPLAY : none'>secret</i><b>b</b>", ["ab"]),
            ("<p style=visibility:hidden>secret</p>a<i style='display:nonesuch'>b</i>", ["ab"]),
            ("caf&eacute; &#x1F600; 1 &lt; 2&nbsp;3", ["café 😀 1 < 2 3"]),
            ("<ruby>漢<rp>(<rt>kan<rp>)</ruby><ruby>字<rt>ji</ruby>", ["漢字", "(kan) ji"]),
            ("  many\n\n blanks\t<b> here </b> ", ["many blanks here"]),
            ("no tags at all", ["no tags at all"]),
        ],
    )  # fmt: skip
    def test_visible_text_title_and_alt_are_text_and_nothing_else_is(self, page: str, expected: list[str]) -> None:
        assert lines(page, "text/html; charset=utf-8") == expected

    def test_scripts_that_xhtml_closes_at_once_hide_nothing(self) -> None:
        page = '<?xml version="1.0" encoding="UTF-8"?><html><head><script src="a.js"/><title>ti</title></head><body>text</body></html>'
        assert lines(page, "application/xhtml+xml") == ["ti", "text"]

    @pytest.mark.parametrize(
        "head",
        [
            '<meta charset="windows-1251">',
            "<META http-equiv=Content-Type content='text/html; charset=Windows-1251'>",
            '<?xml version="1.0" encoding="windows-1251"?>',
            "<!-- <meta charset=latin1> --><meta charset=utf-16><meta charset=cp1251>",
        ],
    )
    def test_the_page_declares_its_encoding(self, head: str) -> None:
        assert lines(f"{head}<p>Ещё".encode("cp1251"), "text/html") == ["Ещё"]

    def test_the_media_type_declares_the_encoding_before_the_page_does(self) -> None:
        assert lines("<meta charset=latin1><p>Ещё".encode("cp1251"), "text/html; charset=windows-1251") == ["Ещё"]


class TestJson:
    def test_keys_and_values_are_text_in_their_order_and_none_is_lost(self) -> None:
        document = '{"b\\u00e9": ["\\ud83d\\ude00", {"a": 1.50, "a": -2e3}], "t": true, "n": null, "": ""}'
        assert lines(document, "application/json") == ["bé", "😀", "a", "1.50", "a", "-2e3", "t", "true", "n"]

    def test_several_values_one_after_another_are_read_and_what_programs_write_beyond_the_standard(self) -> None:
        assert lines('{"a": NaN}\n{"b": "c\td"}\n', "application/x-ndjson") == ["a", "NaN", "b", "c\td"]

    @pytest.mark.parametrize(
        "text", ['{"a":1,}', "[1,]", "[1 2]", '{"a" 1}', "{1:2}", "{a:1}", "[}", "]", '{"a":1]', '"a', "tru", "-", "[,]", "1,2", "// a\n1"]
    )
    def test_what_is_no_json_is_broken(self, text: str) -> None:
        assert read(text.encode(), "application/json") == Extraction("", TextStatus.UNREADABLE, "broken")

    def test_other_encodings_are_read_too(self) -> None:
        assert lines('["Größe"]'.encode("utf-16"), "application/json") == ["Größe"]


def pdf(write: Callable[[FPDF], object]) -> bytes:
    document = FPDF()
    document.set_font("Helvetica", size=12)
    document.add_page()
    write(document)
    return bytes(document.output())


class TestPdf:
    def test_the_title_and_all_pages_are_text(self) -> None:
        def two_pages(document: FPDF) -> None:
            document.set_title("Titel mit Größe")
            document.cell(text="first page")
            document.add_page()
            document.cell(text="second page")

        assert lines(pdf(two_pages), "application/pdf") == ["Titel mit Größe", "first page", "second page"]

    def test_a_word_that_is_broken_at_the_end_of_a_line_stays_whole(self) -> None:
        text = "The understanding of con-sti-tu-tion-al ques-tions is a re-spon-si-bil-i-ty."
        content = pdf(lambda document: document.multi_cell(40, 6, text.replace("-", "\u00ad")))
        assert " ".join(lines(content, "application/pdf")).split() == text.replace("-", "").split()

    @pytest.mark.parametrize(("password", "reason"), [("", None), ("sesame", "locked")])
    def test_a_lock_with_an_empty_password_keeps_nobody_out(self, password: str, reason: str | None) -> None:
        def lock(document: FPDF) -> None:
            document.set_encryption(owner_password="owner", user_password=password)
            document.cell(text="within")

        answer = read(pdf(lock), "application/pdf")
        assert answer == (Extraction("", TextStatus.UNREADABLE, reason) if reason else Extraction("within\n", TextStatus.INDEXED))

    def test_pages_that_cannot_be_read_make_the_rest_partial(self) -> None:
        def two_pages(document: FPDF) -> None:
            document.cell(text="first")
            document.add_page()

        content = pdf(two_pages).replace(b"/Type /Page\n", b"/Type /Gone\n", 2).replace(b"/Type /Gone\n", b"/Type /Page\n", 1)
        assert read(content, "application/pdf") == Extraction("first\n", TextStatus.PARTIAL)


def saved(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


class TestDocx:
    def test_body_tables_headers_and_footers_are_text(self) -> None:
        document = docx.Document()
        document.add_heading("heading")
        table = document.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "left", "right"
        document.add_paragraph("after")
        document.sections[0].header.paragraphs[0].text = "above"
        document.sections[0].footer.paragraphs[0].text = "below"
        assert lines(saved(document), DOCX) == ["heading", "left", "right", "after", "above", "below"]

    def test_a_word_torn_across_runs_stays_whole_and_tabs_and_breaks_separate(self) -> None:
        document = docx.Document()
        runs = document.add_paragraph()
        for text in ("to", "get", "her ", "one\ttwo\nthree"):
            runs.add_run(text).italic = True
        assert lines(saved(document), DOCX) == ["together one\ttwo", "three"]

    def test_footnotes_and_endnotes_are_text(self) -> None:
        file = io.BytesIO(saved(docx.Document()))
        with zipfile.ZipFile(file, "a") as archive:
            for part in ("footnote", "endnote"):
                archive.writestr(f"word/{part}s.xml", f"<w:{part}s {WORD}><w:p><w:r><w:t>{part}</w:t></w:r></w:p></w:{part}s>")
        assert lines(file.getvalue(), DOCX) == ["footnote", "endnote"]

    @pytest.mark.parametrize(
        ("xml", "expected"),
        [
            ("<w:r><w:t>wo</w:t></w:r><w:proofErr/><w:hyperlink><w:r><w:t>rd</w:t></w:r></w:hyperlink>", ["word"]),
            ("<w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:softHyphen/><w:t>c</w:t><w:cr/><w:t>d</w:t></w:r>", ["a-bc", "d"]),
            ("<w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins>", ["new"]),
            ("<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>moved</w:t></w:r></w:moveTo>", ["moved"]),
            ("<w:r><w:instrText>HYPERLINK secret</w:instrText><w:t>shown</w:t></w:r>", ["shown"]),
            ("<w:r><w:t>wo</w:t><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent><w:t>rd</w:t></w:r>", ["box", "word"]),
            ("<w:Choice><w:r><w:t>once</w:t></w:r></w:Choice><w:Fallback><w:r><w:t>once</w:t></w:r></w:Fallback>", ["once"]),
            ("<w:ruby><w:rt><w:r><w:t>kan</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby>", ["kan", "漢"]),
        ],
    )  # fmt: skip
    def test_what_a_reader_sees_is_text_and_only_once(self, xml: str, expected: list[str]) -> None:
        document = docx.Document()
        document.element.body.insert(0, parse_xml(f"<w:p {WORD}>{xml}</w:p>"))
        assert lines(saved(document), DOCX) == expected

    def test_a_thousand_members_are_not_too_many(self) -> None:
        file = io.BytesIO(saved(docx.Document()))
        with zipfile.ZipFile(file, "a") as archive:
            for number in range(1_000 - len(archive.namelist())):
                archive.writestr(f"word/media/{number}.png", b"")
        assert read(file.getvalue(), DOCX).status is TextStatus.INDEXED

    def test_a_large_table_of_equal_rows_is_no_bomb(self) -> None:
        row = "<w:tr><w:tc><w:p><w:r><w:t>equal</w:t></w:r></w:p></w:tc></w:tr>"
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", f"<w:document {WORD}><w:tbl>{row * 50_000}</w:tbl></w:document>")
        assert read(file.getvalue(), DOCX) == Extraction("equal\n" * 50_000, TextStatus.INDEXED)
