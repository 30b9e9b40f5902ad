"""The extractor that reads in a process of its own keeps the port's promises."""

from demobackend.adapters.extraction.text_extractor import SubprocessTextExtractor
from demobackend.ports.text_extractor import TextExtractor
from demobackend.testing.contracts.document_extractor import DocumentExtractorContract


class TestSubprocessTextExtractor(DocumentExtractorContract):
    def extractor(self) -> TextExtractor:
        return SubprocessTextExtractor()
