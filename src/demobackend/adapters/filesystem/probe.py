"""Whether the disk takes writes."""

from pathlib import Path

from demobackend.adapters.filesystem.disk import Disk, in_domain_words


class FilesystemProbe:
    """`Probe` of a directory: a file is created, written and removed."""

    def __init__(self, root: Path, *, disk: Disk | None = None) -> None:
        self._root = root
        self._disk = disk or Disk()

    @property
    def name(self) -> str:
        """As `Probe.name`."""
        return "filesystem"

    def check(self) -> None:
        """As `Probe.check`. Raises `Unavailable`."""
        with in_domain_words(), self._disk.directory(self._root) as directory:
            name, file = self._disk.temporary(directory)
            try:
                self._disk.write(file, b"x")
            finally:
                self._disk.drop(name, file, directory=directory)
