"""Which process works through the changes of a store: one at a time, whoever takes the place first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demobackend.composition.settings import Settings

if TYPE_CHECKING:
    from demobackend.adapters.sqlite.file_lock import FileLock


class WorkerPlace:
    """The place of the only worker. A process has it until it leaves it or ends, however it ends; then the next may take it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock: FileLock | None = None

    def take(self) -> bool:
        """Whether it is ours, now or already. Raises `StorageFull`, `Unavailable`."""
        if self._settings.kinds["catalog"] != "sqlite":  # what is held in memory has one process
            return True
        from demobackend.adapters.sqlite.errors import told_in_domain_words
        from demobackend.adapters.sqlite.file_lock import FileLock

        with told_in_domain_words():
            self._lock = self._lock or FileLock(self._settings.data.absolute() / "worker")
            return self._lock.try_alone()

    def leave(self) -> None:
        """Let another process take it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
