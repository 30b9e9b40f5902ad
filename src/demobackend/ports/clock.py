"""The time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time. Order never depends on it: revisions decide what is newer."""

    def now(self) -> datetime:
        """Return the time in UTC, aware, cut to milliseconds. It may step back when the machine's clock does. Raises nothing."""
        ...
