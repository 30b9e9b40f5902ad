"""The change feed in memory."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from threading import Lock

from demobackend.domain.model.change import Change, DeadLetter, Delivery
from demobackend.domain.model.errors import Malformed, NotFound
from demobackend.domain.model.ids import ChangeId
from demobackend.domain.model.page import Page
from demobackend.ports.ids import Ids


@dataclass(slots=True)
class _Waiting:
    """A change in the queue: when it may next be handed out, how often it was, and the delivery that holds it now."""

    change: Change
    due: datetime
    attempts: int = 0
    delivery: Delivery | None = None


class MemoryChangeFeed:
    """A queue with leases and dead letters; a `ChangeFeed`."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._lock = Lock()
        self._waiting: dict[ChangeId, _Waiting] = {}
        # A heap of when to look at which change; entries that no longer say what is so are skipped.
        self._dues: list[tuple[datetime, ChangeId]] = []
        self._dead: dict[ChangeId, DeadLetter] = {}

    def enqueue(self, change: Change, *, due: datetime) -> None:
        """Keep a change until `due`, then hand it out."""
        with self._lock:
            self._put(ChangeId(self._ids.new()), _Waiting(change, due))

    def claim(self, *, limit: int, at: datetime, lease: timedelta) -> tuple[Delivery, ...]:
        """Lease up to `limit` changes that are due at `at`, oldest due first."""
        with self._lock:
            due: dict[ChangeId, None] = {}
            while len(due) < limit and self._drop_stale() and self._dues[0][0] <= at:
                due[heappop(self._dues)[1]] = None
            return tuple(self._lease(change_id, until=at + lease) for change_id in due)

    def acknowledge(self, delivery: Delivery) -> None:
        """Forget a change that is dealt with."""
        with self._lock:
            if self._holds(delivery):
                del self._waiting[delivery.id]

    def put_back(self, delivery: Delivery, *, due: datetime, reason: str) -> None:
        """Hand it out again from `due`. The reason is kept with dead letters only."""
        with self._lock:
            if self._holds(delivery):
                self._put(delivery.id, _Waiting(delivery.change, due, delivery.attempts))

    def bury(self, delivery: Delivery, *, at: datetime, reason: str) -> None:
        """Move it to the dead letters."""
        with self._lock:
            if self._holds(delivery):
                del self._waiting[delivery.id]
                self._dead[delivery.id] = DeadLetter(
                    id=delivery.id, change=delivery.change, attempts=delivery.attempts, reason=reason, died_at=at
                )

    def dead_letters(self, *, limit: int, after: str | None) -> Page[DeadLetter]:
        """Return up to `limit` dead letters, oldest first. Raises `Malformed` for a foreign `after`."""
        position = None if after is None else _position(after)
        with self._lock:
            letters = sorted(self._dead.values(), key=_mark)
        rest = [letter for letter in letters if position is None or _mark(letter) > position]
        shown = tuple(rest[:limit])
        return Page(shown, " ".join(_mark(shown[-1])) if len(rest) > limit else None)

    def replay(self, change_id: ChangeId, *, due: datetime) -> None:
        """Move a dead letter back into the queue with its attempts counted from zero. Raises `NotFound`."""
        with self._lock:
            if change_id not in self._dead:
                raise NotFound
            self._put(change_id, _Waiting(self._dead.pop(change_id).change, due))

    def release_leases(self, *, due: datetime) -> None:
        """Hand out every leased change again from `due`."""
        with self._lock:
            for change_id, waiting in list(self._waiting.items()):
                if waiting.delivery is not None:
                    self._put(change_id, _Waiting(waiting.change, due, waiting.attempts))

    def next_due(self) -> datetime | None:
        """Return when the next change falls due or a lease lapses, None when the queue is empty."""
        with self._lock:
            return self._dues[0][0] if self._drop_stale() else None

    def _put(self, change_id: ChangeId, waiting: _Waiting) -> None:
        self._waiting[change_id] = waiting
        heappush(self._dues, (waiting.due, change_id))

    def _lease(self, change_id: ChangeId, *, until: datetime) -> Delivery:
        waiting = self._waiting[change_id]
        delivery = Delivery(id=change_id, change=waiting.change, attempts=waiting.attempts + 1, leased_until=until)
        self._put(change_id, _Waiting(waiting.change, until, delivery.attempts, delivery))
        return delivery

    def _holds(self, delivery: Delivery) -> bool:
        waiting = self._waiting.get(delivery.id)
        return waiting is not None and waiting.delivery == delivery

    def _drop_stale(self) -> bool:
        """Leave a heap whose first entry is true; return whether there is one."""
        while self._dues:
            due, change_id = self._dues[0]
            waiting = self._waiting.get(change_id)
            if waiting is not None and waiting.due == due:
                return True
            heappop(self._dues)
        return False


def _mark(letter: DeadLetter) -> tuple[str, str]:
    return (letter.died_at.isoformat(timespec="microseconds"), letter.id)


def _position(after: str) -> tuple[str, str]:
    died_at, _, change_id = after.partition(" ")
    try:
        known = datetime.fromisoformat(died_at).isoformat(timespec="microseconds") == died_at
    except ValueError:
        known = False
    if not known or not change_id:
        raise Malformed("invalid_cursor")
    return (died_at, change_id)
