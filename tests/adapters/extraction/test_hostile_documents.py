"""Documents made to harm whoever reads them: each is answered, and nothing else notices."""

import io
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from fpdf import FPDF

from demobackend.adapters.extraction.text_extractor import Limits, SubprocessTextExtractor
from demobackend.domain.model.extraction import MAX_TEXT_BYTES, Extraction, TextStatus

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_GROWTH_BYTES = 50 * 1024 * 1024
NOISE = random.Random(1).randbytes(99_999)


@dataclass(frozen=True, slots=True)
class Hostile:
    """A document, and what is to be said of it: one of some reasons if it is unreadable, else the text."""

    media_type: str
    made: Callable[[], bytes]
    reasons: tuple[str, ...] = ()
    text: str = ""
    status: TextStatus = TextStatus.INDEXED


def body(xml: str, prolog: str = "") -> bytes:
    """A document.xml around this XML."""
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'{prolog}<w:document xmlns:w="{namespace}"><w:body>{xml}</w:body></w:document>'.encode()


def paragraph(text: str) -> str:
    """A paragraph of one run."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(
    document: bytes = body(paragraph("harmless")), members: Mapping[str, bytes] = {}, *, compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A zip with this document.xml and more members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr("word/document.xml", document)
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def doctored(archive: bytes, offset: int, patch: bytes, *, name: bytes = b"word/document.xml") -> bytes:
    """The zip with bytes of one member's entry in the central directory written over."""
    entry = archive.rindex(name, 0, archive.rindex(b"PK\x05\x06")) - 46
    return archive[: entry + offset] + patch + archive[entry + offset + len(patch) :]


def nested_bomb() -> bytes:
    """A zip in a zip in a zip, 10 GB at the innermost."""
    inner = docx(b"\0" * 10_000_000)
    for _ in range(3):
        inner = docx(members={f"{number}.zip": inner for number in range(10)})
    return docx(members={"word/embeddings/bomb.zip": inner})


def pdf(
    *objects: str, contents: bytes = b"BT /F1 12 Tf 72 72 Td (harmless) Tj ET", page: str = "/MediaBox [0 0 612 792]", filters: str = ""
) -> bytes:
    """A PDF of one page; `objects` are numbered from 6, where the page looks for a form called X."""
    stream = f"<< /Length {len(contents)} {filters} >>\nstream\n".encode() + contents + b"\nendstream"
    resources = "<< /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >>"
    numbered = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {page} /Contents 4 0 R /Resources {resources} >>".encode(),
        stream,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *(text.encode() for text in objects),
    ]
    file = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(numbered, start=1):
        offsets.append(len(file))
        file += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    start = len(file)
    file += f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(offsets) + 1} /Root 1 0 R >>\n".encode()
    return bytes(file + f"startxref\n{start}\n%%EOF\n".encode())


def form(number: int) -> str:
    """A form that draws the form of this number twice."""
    draw = "/X Do /X Do"
    resources = f"<< /XObject << /X {number} 0 R >> >>"
    head = f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources {resources} /Length {len(draw)} >>"
    return f"{head}\nstream\n{draw}\nendstream"


def locked_pdf() -> bytes:
    """A PDF with a password."""
    document = FPDF()
    document.add_page()
    document.set_encryption(owner_password="owner", user_password="user")
    return bytes(document.output())


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 999
HARMLESS, FOOTER, WHOLE_PDF = "harmless\n", b"word/footer1.xml", pdf()
WORD, PAGE, JSON, PDF, TEXT = DOCX, "text/html", "application/json", "application/pdf", "text/plain"
BROKEN, BOMB, LOCKED = ("broken",), ("bomb",), ("locked",)
OVERRUN = ("too_slow", "too_much_memory", "crashed")  # which limit strikes first depends on the machine
CORPUS = {
    "docx: ratio": Hostile(WORD, lambda: docx(body(paragraph(" " * 50_000_000))), BOMB),
    "docx: zips within": Hostile(WORD, nested_bomb, text=HARMLESS),
    "docx: 1,001 members": Hostile(WORD, lambda: docx(members={f"word/{number}": b"" for number in range(1_000)}), BOMB),
    "docx: 20,000 members": Hostile(WORD, lambda: docx(members={f"word/{number}": b"" for number in range(20_000)}), BOMB),
    "docx: a size beyond all": Hostile(WORD, lambda: doctored(docx(), 24, b"\xfe\xff\xff\xff"), BOMB),
    "docx: a size that lies": Hostile(WORD, lambda: doctored(docx(), 24, b"\x20\0\0\0"), BROKEN),
    "docx: a wrong checksum": Hostile(WORD, lambda: doctored(docx(), 16, b"\0\0\0\0"), BROKEN),
    "docx: members that overlap": Hostile(
        WORD, lambda: doctored(docx(members={"word/footer1.xml": body("")}), 42, b"\0\0\0\0", name=FOOTER), BROKEN
    ),
    "docx: billion laughs": Hostile(WORD, lambda: docx(body(paragraph("&j;"), LAUGHS)), BOMB),
    "docx: quadratic entities": Hostile(
        WORD, lambda: docx(body(paragraph("&a;" * 9_999), f'<!DOCTYPE x [<!ENTITY a "{"a" * 9_999}">]>')), BOMB
    ),
    "docx: an external entity": Hostile(
        WORD, lambda: docx(body(paragraph("&a;"), '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>')), BOMB
    ),
    "docx: an external DTD": Hostile(WORD, lambda: docx(body(paragraph("a"), '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">')), BOMB),
    "docx: a nest of tables": Hostile(
        WORD, lambda: docx(body("<w:tbl>" * 99_999 + paragraph("deep") + "</w:tbl>" * 99_999)), text="deep\n"
    ),
    "docx: a nest of paragraphs": Hostile(WORD, lambda: docx(body("<w:p>" * 99_999 + "</w:p>" * 99_999))),
    "docx: another compression": Hostile(WORD, lambda: docx(compression=zipfile.ZIP_LZMA), BROKEN),
    "docx: a member with a password": Hostile(WORD, lambda: doctored(docx(), 8, b"\1"), LOCKED),
    "docx: a password": Hostile(WORD, lambda: COMPOUND_FILE + "EncryptedPackage".encode("utf-16-le"), LOCKED),
    "docx: a document of another kind": Hostile(WORD, lambda: COMPOUND_FILE, BROKEN),
    "docx: no document within": Hostile(WORD, lambda: docx().replace(b"word/document", b"word/elsewher"), BROKEN),
    "docx: broken XML": Hostile(WORD, lambda: docx(body("<w:p>")), BROKEN),
    "docx: cut": Hostile(WORD, lambda: docx()[:-30], BROKEN),
    "docx: empty": Hostile(WORD, bytes, BROKEN),
    "docx: noise": Hostile(WORD, lambda: b"PK\x03\x04" + NOISE, BROKEN),
    "html: a nest": Hostile(PAGE, lambda: b"<div>" * 400_000 + b"deep", text="deep\n"),
    "html: a nest of formats": Hostile(PAGE, lambda: b"<p><b><i>" * 99_999 + b"deep", text="deep\n"),
    "html: 300,000 attributes": Hostile(
        PAGE, lambda: b"<p " + b" ".join(b"a%d=1" % number for number in range(300_000)) + b">x", text="x\n"
    ),
    "html: an attribute of 30 MB": Hostile(PAGE, lambda: b'<img src="' + b"A" * 30_000_000 + b'" alt=x>', text="x\n"),
    "html: entities of its own": Hostile(PAGE, (LAUGHS + "<p>&j;").encode, text="]>\n&j;\n"),
    "html: an endless comment": Hostile(PAGE, lambda: b"<p>a<!--" * 99_999, text="a\n"),
    "html: an endless script": Hostile(PAGE, lambda: b"<p>a</p><script>" + b"<script>" * 99_999, text="a\n"),
    "html: only brackets": Hostile(PAGE, lambda: b"<" * 999, text="<" * 999 + "\n"),
    "html: endless look back": Hostile(PAGE, lambda: b"<b>" * 200_000 + b"</i>" * 200_000, OVERRUN),
    "html: NULs": Hostile(PAGE, lambda: b"<p>a\0b</p>", text="a\N{REPLACEMENT CHARACTER}b\n"),
    "html: noise": Hostile(PAGE, lambda: NOISE, BROKEN),
    "html: empty": Hostile(PAGE, bytes),
    "json: an open nest": Hostile(JSON, lambda: b"[" * 999_999, BROKEN),
    "json: a nest": Hostile(JSON, lambda: b'{"a":' * 99_999 + b"1" + b"}" * 99_999, text="a\n" * 99_999 + "1\n"),
    "json: a number of 9 million digits": Hostile(JSON, lambda: b"1" * 9_999_999, text="1" * 9_999_999 + "\n"),
    "json: half a character": Hostile(JSON, lambda: b'["\\ud800", "\\udc00"]', text="?\n?\n"),
    "json: cut": Hostile(JSON, lambda: b'{"a": ["b', BROKEN),
    "json: noise": Hostile(JSON, lambda: NOISE, BROKEN),
    "json: empty": Hostile(JSON, bytes),
    "pdf: a page 10,000 km wide": Hostile(PDF, lambda: pdf(page="/MediaBox [0 0 1e12 1e12]"), text=HARMLESS),
    "pdf: a page of no size": Hostile(PDF, lambda: pdf(page="/MediaBox [0 0 0 0]"), text=HARMLESS),
    "pdf: a broken table": Hostile(PDF, lambda: WHOLE_PDF.replace(b"0000", b"9999"), text=HARMLESS),
    "pdf: a billion pages": Hostile(PDF, lambda: WHOLE_PDF.replace(b"/Count 1 ", b"/Count 999999999 "), text=HARMLESS),
    "pdf: a page that holds itself": Hostile(PDF, lambda: WHOLE_PDF.replace(b"[3 0 R]", b"[2 0 R]"), BROKEN),
    "pdf: a table that comes before itself": Hostile(PDF, lambda: WHOLE_PDF.replace(b"/Root", b"/Prev 9 /Root"), text=HARMLESS),
    "pdf: a form that draws itself twice": Hostile(PDF, lambda: pdf(form(6), contents=b"/X Do"), OVERRUN),
    "pdf: a billion forms": Hostile(PDF, lambda: pdf(*map(form, range(7, 40)), contents=b"/X Do"), OVERRUN),
    "pdf: a stream of 100 MB": Hostile(PDF, lambda: pdf(contents=zlib.compress(b" " * 100_000_000), filters="/Filter /FlateDecode")),
    "pdf: a nest of arrays": Hostile(PDF, lambda: pdf("[" * 99_999), text=HARMLESS),
    "pdf: a password": Hostile(PDF, locked_pdf, LOCKED),
    "pdf: only a header": Hostile(PDF, lambda: b"%PDF-1.7\n", BROKEN),
    "pdf: cut": Hostile(PDF, lambda: WHOLE_PDF[:200], BROKEN),
    "pdf: empty": Hostile(PDF, bytes, BROKEN),
    "pdf: noise": Hostile(PDF, lambda: b"%PDF-1.7\n" + NOISE, BROKEN),
    "text: noise": Hostile(TEXT, lambda: NOISE, BROKEN),
    "text: NULs": Hostile(TEXT, lambda: b"\0" * 999_999),
    "text: half a character": Hostile(TEXT, lambda: b"\xff\xfeA\0B", text="A\N{REPLACEMENT CHARACTER}"),
    "text: 60 MB without a line end": Hostile(TEXT, lambda: b"a" * 60_000_000, text="a" * MAX_TEXT_BYTES, status=TextStatus.PARTIAL),
}


@contextmanager
def nothing_left_behind(scratch: Path) -> Iterator[None]:
    """Fail when the block grows this process beyond bounds, or leaves a process, a descriptor or a file behind."""
    before, peak = _held(), _peak_bytes(reset=True)
    yield
    assert _peak_bytes() - peak < MOST_GROWTH_BYTES
    assert _held() == before
    assert list(scratch.iterdir()) == []


def _held() -> tuple[int, set[str]]:
    """How many descriptors this process has open, and its children, the dead ones that nobody waited for among them."""
    children = {child for tasks in Path("/proc/self/task").glob("*/children") for child in tasks.read_text().split()}
    return len(list(Path("/proc/self/fd").iterdir())), children


def _peak_bytes(*, reset: bool = False) -> int:
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("hostile", [pytest.param(hostile, id=name) for name, hostile in CORPUS.items()])
def test_a_hostile_document_is_answered_and_harms_nothing_else(hostile: Hostile, tmp_path: Path) -> None:
    extractor = SubprocessTextExtractor(Limits(cpu_seconds=2), scratch=tmp_path)
    content = io.BytesIO(hostile.made())
    with nothing_left_behind(tmp_path):
        answer = extractor.extract(content, media_type=hostile.media_type, name="hostile")
    if hostile.reasons:
        assert (answer.text, answer.status) == ("", TextStatus.UNREADABLE) and answer.reason in hostile.reasons
    else:
        assert answer == Extraction(hostile.text, hostile.status)
    assert extractor.extract(io.BytesIO(b"next"), media_type="text/plain", name="").text == "next"
