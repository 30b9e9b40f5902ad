"""Who has the database open, or works on it: a lock file beside it, which the system releases however a process ends."""

import fcntl
import os
from pathlib import Path

from demobackend.adapters.sqlite.errors import DatabaseInUse


class FileLock:
    """That of the database is held shared while it is open, alone while its file is migrated or replaced; another one, called
    `worker`, alone by the process that works through its changes."""

    def __init__(self, locked: Path) -> None:
        """The file's name is that of what is locked, and `.lock`. Raises `OSError` when the folder is missing or cannot be written."""
        self._descriptor = os.open(f"{locked}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._held = True

    def try_alone(self) -> bool:
        """Whether nobody else had it; then it is held alone."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def alone(self) -> None:
        """Hold it alone. Raises `DatabaseInUse`."""
        if not self.try_alone():
            raise DatabaseInUse("The database is in use; stop every process that has it open first.")

    def share(self) -> None:
        """Hold it with others, after whoever holds it alone is done."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def close(self) -> None:
        """Let it go. Twice is once."""
        if self._held:
            self._held = False
            os.close(self._descriptor)
