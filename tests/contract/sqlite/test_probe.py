"""The probe of the database keeps its contract."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.probe import SqliteProbe
from demobackend.ports.probe import Probe
from demobackend.testing.contracts.probe import ProbeContract


class TestSqliteProbe(ProbeContract):
    def probe(self) -> tuple[Probe, Callable[[], None]]:
        folder = Path(self.cleanup.enter_context(TemporaryDirectory()))
        database = self.cleanup.enter_context(Database.open(folder / "database"))
        return SqliteProbe(database), database.close
