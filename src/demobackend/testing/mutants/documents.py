"""Wrong readers of documents. What they differ from reads by the standard library, and so only documents as plain as the contract's."""

import re
from io import BytesIO
from typing import BinaryIO
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from demobackend.adapters.memory.text_extractor import MemoryTextExtractor
from demobackend.domain.model.extraction import Extraction, TextStatus
from demobackend.ports.text_extractor import TextExtractor
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.document_extractor import DOCX, HTML, PDF, DocumentExtractorContract

_MOST_UNPACKED_BYTES = 1_000_000
_BROKEN = Extraction("", TextStatus.UNREADABLE, "broken")
_DRAWN = re.compile(rb"\((.*)\) Tj")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class _Reader:
    """Reads PDFs whose text is not compressed, small docx files, and what the memory adapter reads."""

    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        if media_type == DOCX or name.endswith(".docx"):
            return self.docx(content.read())
        if media_type == PDF or (media_type == "application/octet-stream" and "." not in name):
            return self.pdf(content.read())
        return MemoryTextExtractor().extract(content, media_type=media_type, name=name)

    def pdf(self, document: bytes) -> Extraction:
        if not document.rstrip().endswith(b"%%EOF"):
            return _BROKEN
        return Extraction("\n".join(text.decode("ascii") for text in _DRAWN.findall(document)), TextStatus.INDEXED)

    def docx(self, document: bytes) -> Extraction:
        try:
            with ZipFile(BytesIO(document)) as archive:
                if archive.getinfo("word/document.xml").file_size > _MOST_UNPACKED_BYTES:
                    return Extraction("", TextStatus.UNREADABLE, "too_large")
                body = ElementTree.fromstring(archive.read("word/document.xml"))  # noqa: S314 - the contract's own documents
        except (BadZipFile, KeyError):
            return _BROKEN
        return Extraction("\n".join(map(self.paragraph, body.iter(f"{_WORD}p"))), TextStatus.INDEXED)

    def paragraph(self, element: ElementTree.Element) -> str:
        return "".join(element.itertext())


class _TagTearer(_Reader):
    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        if media_type == HTML:
            content = BytesIO(content.read().replace(b"<", b" <"))
        return super().extract(content, media_type=media_type, name=name)


class _SourceShower(_Reader):
    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        return super().extract(content, media_type=media_type.replace(HTML, "text/plain"), name=name)


class _EmptyReader(_Reader):
    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        extraction = super().extract(content, media_type=media_type, name=name)
        broken = media_type in {PDF, DOCX} and extraction.status is TextStatus.UNREADABLE
        return Extraction("", TextStatus.INDEXED) if broken else extraction


class _RunTearer(_Reader):
    def paragraph(self, element: ElementTree.Element) -> str:
        return " ".join(element.itertext())


class SoundDocumentExtractor(DocumentExtractorContract):
    """Documents of the plainest kind."""

    def extractor(self) -> TextExtractor:
        return _Reader()


class TearsWordsAtTags(DocumentExtractorContract):
    """Every tag is a gap."""

    def extractor(self) -> TextExtractor:
        return _TagTearer()


class ShowsTheSourceOfPages(DocumentExtractorContract):
    """A page is plain text."""

    def extractor(self) -> TextExtractor:
        return _SourceShower()


class CallsBrokenDocumentsEmpty(DocumentExtractorContract):
    """What cannot be read has no text."""

    def extractor(self) -> TextExtractor:
        return _EmptyReader()


class TearsWordsAtRuns(DocumentExtractorContract):
    """Every run of a docx is a word."""

    def extractor(self) -> TextExtractor:
        return _RunTearer()


class ReadsNoDocuments(DocumentExtractorContract):
    """Neither PDF nor docx."""

    def extractor(self) -> TextExtractor:
        return MemoryTextExtractor()


MUTANTS: tuple[type[Contract], ...] = (
    TearsWordsAtTags,
    ShowsTheSourceOfPages,
    CallsBrokenDocumentsEmpty,
    TearsWordsAtRuns,
    ReadsNoDocuments,
)
