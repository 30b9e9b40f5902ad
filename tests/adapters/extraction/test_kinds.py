"""How a file's type is told."""

import pytest

from demobackend.adapters.extraction.kinds import Kind, charset_of, kind_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("text/plain", Kind.PLAIN),
        ("text/markdown; variant=GFM", Kind.PLAIN),
        ("text/x-markdown", Kind.PLAIN),
        ("text/csv", Kind.PLAIN),
        ("text/x-python", Kind.PLAIN),
        ("TEXT/HTML ; charset=utf-8", Kind.HTML),
        ("application/xhtml+xml", Kind.HTML),
        ("application/json", Kind.JSON),
        ("application/geo+json", Kind.JSON),
        ("application/pdf", Kind.PDF),
        (DOCX, Kind.DOCX),
        ("application/msword", None),
        ("application/xml", None),
        ("image/svg+xml", None),
        ("image/png", None),
    ],
)
def test_a_media_type_outranks_name_and_content(media_type: str, kind: Kind | None) -> None:
    assert kind_of(media_type, "paper.pdf", b"%PDF-1.7") is kind


@pytest.mark.parametrize("media_type", ["", "application/octet-stream", "binary/octet-stream; x=y", "application/zip"])
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.txt", Kind.PLAIN),
        ("READ.ME.MD", Kind.PLAIN),
        ("a.csv", Kind.PLAIN),
        ("a.HTM", Kind.HTML),
        ("a.json", Kind.JSON),
        ("a.pdf", Kind.PDF),
        ("Ä\0/..docx", Kind.DOCX),
        ("a.exe", None),
        ("txt", None),
        ("", None),
    ],
)
def test_a_generic_media_type_leaves_it_to_the_name(media_type: str, name: str, kind: Kind | None) -> None:
    assert kind_of(media_type, name, b"") is kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.4\n", Kind.PDF),
        (b"\n" * 1000 + b"%PDF-1.4\n", Kind.PDF),
        (b"\n" * 1024 + b"%PDF-1.4\n", None),
        (b"PK\x03\x04...word/document.xml", Kind.DOCX),
        (b"PK\x03\x04...xl/workbook.xml", None),
        (b"word/document.xml", None),
        (b"some words", None),
    ],
)
def test_a_nameless_file_of_a_generic_type_is_told_by_its_first_bytes(head: bytes, kind: Kind | None) -> None:
    assert kind_of("application/octet-stream", "download", head) is kind


@pytest.mark.parametrize(
    ("media_type", "label"),
    [
        ("text/plain", ""),
        ("text/plain; charset=utf-8", "utf-8"),
        ('text/plain; format=flowed; Charset = "windows-1251"', "windows-1251"),
        ("text/plain; charset=a\0b", ""),
        ("text/plain; charset=--flag with blanks", ""),
        ("text/plain; xcharset=utf-8", ""),
    ],
)
def test_the_declared_encoding_is_the_charset_parameter(media_type: str, label: str) -> None:
    assert charset_of(media_type) == label
