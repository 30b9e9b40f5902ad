"""How many letters go to one address: whoever knows an address could fill its mailbox otherwise."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import LimitExceeded
from demobackend.domain.model.letter_rules import LetterRules
from demobackend.domain.use_cases.users.idle_write import write_nothing
from demobackend.ports.clock import Clock
from demobackend.ports.ids import Ids
from demobackend.ports.rate_limiter import RateLimiter

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LetterLimit:
    """Counts letters by canonical address, whether or not anybody lives there, and at the same cost within the limit and beyond."""

    limiter: RateLimiter
    ids: Ids
    clock: Clock
    rules: LetterRules = LetterRules()

    def admits(self, email: EmailAddress) -> bool:
        """Count one letter to this address if it may go out, and say whether it may. Raises `Unavailable`."""
        now, windows = self.clock.now(), self._windows(email.canonical)
        # Each is asked, also after a refusal, and a letter that stays here is counted in no window: the day's are for those sent.
        if not all([self._has_room(*window, at=now) for window in windows]):
            for _ in windows:
                write_nothing(self.limiter, self.ids, self.clock)
            return False
        try:
            for bucket, limit, window in windows:
                self.limiter.take(bucket, limit=limit, window=window, at=now)
        except LimitExceeded:
            return False  # others were faster
        return True

    def _has_room(self, bucket: str, limit: int, window: timedelta, *, at: datetime) -> bool:
        try:
            self.limiter.check({bucket: limit}, window=window, at=at)
        except LimitExceeded:
            return False
        return True

    def _windows(self, address: str) -> tuple[tuple[str, int, timedelta], ...]:
        return (f"letters:hour:{address}", self.rules.per_hour, _HOUR), (f"letters:day:{address}", self.rules.per_day, _DAY)
