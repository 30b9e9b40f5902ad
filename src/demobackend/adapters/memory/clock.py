"""A clock that moves when it is told to."""

from datetime import UTC, datetime, timedelta
from threading import Lock

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


class ManualClock:
    """Stands still until somebody advances it; a `Clock`."""

    def __init__(self, start: datetime = START) -> None:
        self._lock = Lock()
        self._now = start

    def now(self) -> datetime:
        """Return the time in UTC, cut to milliseconds."""
        with self._lock:
            now = self._now.astimezone(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def advance(self, by: timedelta) -> None:
        """Move on; a negative `by` moves back, as machines' clocks sometimes do."""
        with self._lock:
            self._now += by
