"""Wrong readers of documents are caught. They need the parsers of the `local` extra, so they are not shipped with the other mutants."""

from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

import pytest

from demobackend.adapters.extraction.text_extractor import SubprocessTextExtractor
from demobackend.adapters.memory.text_extractor import MemoryTextExtractor
from demobackend.domain.model.extraction import Extraction, TextStatus
from demobackend.ports.text_extractor import TextExtractor
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.document_extractor import DocumentExtractorContract
from demobackend.testing.mutants.verdict import first_failure_of


@dataclass(frozen=True)
class Reader:
    """Reads documents as they should be read, unless a subclass says otherwise."""

    sound: TextExtractor = SubprocessTextExtractor()

    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        return self.sound.extract(content, media_type=media_type, name=name)


class TagTearer(Reader):
    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        if media_type == "text/html":
            content = BytesIO(content.read().replace(b"<", b" <"))
        return super().extract(content, media_type=media_type, name=name)


class SourceShower(Reader):
    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        return super().extract(content, media_type=media_type.replace("text/html", "text/plain"), name=name)


class EmptyReader(Reader):
    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        extraction = super().extract(content, media_type=media_type, name=name)
        broken = media_type.startswith("application/") and extraction.status is TextStatus.UNREADABLE
        return Extraction("", TextStatus.INDEXED) if broken else extraction


class TearsWordsAtTags(DocumentExtractorContract):
    def extractor(self) -> TextExtractor:
        return TagTearer()


class ShowsTheSourceOfPages(DocumentExtractorContract):
    def extractor(self) -> TextExtractor:
        return SourceShower()


class CallsBrokenDocumentsEmpty(DocumentExtractorContract):
    def extractor(self) -> TextExtractor:
        return EmptyReader()


class ReadsNoDocuments(DocumentExtractorContract):
    def extractor(self) -> TextExtractor:
        return MemoryTextExtractor()


@pytest.mark.parametrize("mutant", [TearsWordsAtTags, ShowsTheSourceOfPages, CallsBrokenDocumentsEmpty, ReadsNoDocuments])
def test_a_wrong_reader_is_caught(mutant: type[Contract]) -> None:
    assert first_failure_of(mutant) is not None
