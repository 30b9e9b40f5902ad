"""The probe of a disk keeps its contract."""

from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from demobackend.adapters.filesystem.probe import FilesystemProbe
from demobackend.ports.probe import Probe
from demobackend.testing.contracts.probe import ProbeContract


class TestFilesystemProbe(ProbeContract):
    def probe(self) -> tuple[Probe, Callable[[], None]]:
        root = Path(self.cleanup.enter_context(TemporaryDirectory())) / "root"
        root.mkdir()
        return FilesystemProbe(root), lambda: rmtree(root)
