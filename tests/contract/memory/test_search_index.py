"""The search index in memory keeps its contract."""

from demobackend.adapters.memory.search_index import MemorySearchIndex
from demobackend.ports.search_index import SearchIndex
from demobackend.testing.contracts.search_index import SearchIndexContract


class TestMemorySearchIndex(SearchIndexContract):
    def empty_index(self) -> SearchIndex:
        return MemorySearchIndex()
