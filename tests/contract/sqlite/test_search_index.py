"""The search index in SQLite keeps its contract."""

from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.search_index import SqliteSearchIndex
from demobackend.ports.search_index import SearchIndex
from demobackend.testing.contracts.search_index import SearchIndexContract


class TestSqliteSearchIndex(SearchIndexContract):
    def empty_index(self) -> SearchIndex:
        folder = Path(self.cleanup.enter_context(TemporaryDirectory()))
        return SqliteSearchIndex(self.cleanup.enter_context(Database.open(folder / "database")))
