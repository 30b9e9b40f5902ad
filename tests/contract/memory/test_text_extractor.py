"""The text extractor in memory keeps its contract."""

from demobackend.adapters.memory.text_extractor import MemoryTextExtractor
from demobackend.ports.text_extractor import TextExtractor
from demobackend.testing.contracts.text_extractor import TextExtractorContract


class TestMemoryTextExtractor(TextExtractorContract):
    def extractor(self) -> TextExtractor:
        return MemoryTextExtractor()
