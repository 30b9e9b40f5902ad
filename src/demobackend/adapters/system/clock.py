"""The machine's clock."""

from datetime import UTC, datetime


class SystemClock:
    """Tells the machine's time; a `Clock`."""

    def now(self) -> datetime:
        """Return the time in UTC, cut to milliseconds."""
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)
