"""What a text extractor promises that reads documents too: html, pdf and docx."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from demobackend.domain.model.extraction import TextStatus
from demobackend.testing.contracts.text_extractor import TextExtractorContract, extract, words

HTML, PDF = "text/html", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE = """<!doctype html><html><head><title>Head word</title><style>.styled{}</style></head>
<body data-secret="attribute"><p>to<b>get</b>her</p><p>first</p><p>second &eacute;t&eacute;</p>
<img src="source.png" alt="picture words" title="hover"><script>scripted()</script></body></html>"""
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def sample_pdf(text: str) -> bytes:
    """A PDF of one page with this text (ASCII)."""
    drawing = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("ascii")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    document, places = b"%PDF-1.4\n", list[int]()
    for number, body in enumerate(objects, start=1):
        places.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return document + table + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(document))


def sample_docx(*paragraphs: tuple[str, ...]) -> bytes:
    """A docx of these paragraphs, each of some runs."""
    runs = ["".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in paragraph) for paragraph in paragraphs]
    body = "".join(f"<w:p>{inner}</w:p>" for inner in runs)
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{DOCX}.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
    }
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


class DocumentExtractorContract(TextExtractorContract):
    """The promises of `TextExtractor` for text in every form."""

    def test_html_gives_visible_text_title_and_alt_and_nothing_else(self) -> None:
        found = words(extract(self.extractor(), PAGE.encode(), media_type=HTML, name="a.html"))
        assert set(found) == {"head", "word", "together", "first", "second", "ete", "picture", "words", "hover"}

    def test_a_pdf_gives_the_words_of_its_pages(self) -> None:
        extractor = self.extractor()
        content = sample_pdf("Quarterly figures")
        assert words(extract(extractor, content, media_type=PDF, name="a.pdf")) == ("quarterly", "figures")
        assert words(extract(extractor, content, media_type="application/octet-stream", name="a")) == ("quarterly", "figures")

    def test_a_docx_gives_its_paragraphs_and_a_word_torn_across_runs_stays_whole(self) -> None:
        extractor = self.extractor()
        content = sample_docx(("quar", "terly"), ("figures",))
        assert words(extract(extractor, content, media_type=DOCX, name="a.docx")) == ("quarterly", "figures")
        assert words(extract(extractor, content, media_type="application/zip", name="a.docx")) == ("quarterly", "figures")

    def test_broken_documents_are_unreadable_for_a_reason_and_raise_nothing(self) -> None:
        extractor = self.extractor()
        for content in (b"", b"%PDF-1.4 and no more", sample_pdf("cut")[:200], sample_docx(("cut",))[:200], bytes(range(256))):
            for media_type, name in ((PDF, "a.pdf"), (DOCX, "a.docx")):
                extraction = extract(extractor, content, media_type=media_type, name=name)
                assert (extraction.text, extraction.status) == ("", TextStatus.UNREADABLE), (media_type, content[:20])
                assert extraction.reason is not None

    def test_a_document_that_unpacks_to_far_more_than_it_is_does_no_harm(self) -> None:
        extractor = self.extractor()
        bomb = sample_docx(("a" * 30_000_000,))
        extraction = extract(extractor, bomb, media_type=DOCX, name="a.docx")
        assert extraction.status in {TextStatus.UNREADABLE, TextStatus.PARTIAL}
        assert words(extract(extractor, b"still here")) == ("still", "here")

    def test_a_document_without_words_is_indexed_too(self) -> None:
        for content, media_type, name in ((sample_pdf(""), PDF, "a.pdf"), (sample_docx(), DOCX, "a.docx"), (b"", HTML, "a.html")):
            assert words(extract(self.extractor(), content, media_type=media_type, name=name)) == ()
