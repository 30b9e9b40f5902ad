"""Changes waiting for their consequences."""

from datetime import datetime, timedelta
from typing import Protocol

from demobackend.domain.model.change import Change, DeadLetter, Delivery
from demobackend.domain.model.ids import ChangeId
from demobackend.domain.model.page import Page


class ChangeFeed(Protocol):
    """A durable queue, at least once, in no promised order. The catalogue writes to the same queue in its own transactions.

    A change that nobody acknowledges comes again when its lease is over. Every method raises `Unavailable` when the store
    does not answer in time. Source: Amazon SQS (visibility timeout, dead-letter queue); docs/ports.md#change-feed.
    """

    def enqueue(self, change: Change, *, due: datetime) -> None:
        """Keep a change until `due`, then hand it out; durable when it returns. Raises `Unavailable`."""
        ...

    def claim(self, *, limit: int, at: datetime, lease: timedelta) -> tuple[Delivery, ...]:
        """Lease up to `limit` changes due at `at`, oldest due first; no two callers hold one at a time. Raises `Unavailable`."""
        ...

    def acknowledge(self, delivery: Delivery) -> None:
        """Forget a change that is dealt with; nothing when it is gone or leased again since. Raises `Unavailable`."""
        ...

    def put_back(self, delivery: Delivery, *, due: datetime, reason: str) -> None:
        """Hand it out again from `due`; no effect when it is gone or leased again. `reason` is an error's code. Raises `Unavailable`."""
        ...

    def bury(self, delivery: Delivery, *, at: datetime, reason: str) -> None:
        """Move it to the dead letters; nothing when it is gone or leased again since. Raises `Unavailable`."""
        ...

    def dead_letters(self, *, limit: int, after: str | None) -> Page[DeadLetter]:
        """Return up to `limit` (1-100) dead letters, oldest first. Raises `Malformed` for a foreign `after`, `Unavailable`."""
        ...

    def replay(self, change_id: ChangeId, *, due: datetime) -> None:
        """Move a dead letter back into the queue with its attempts counted from zero. Raises `NotFound`, `Unavailable`."""
        ...

    def release_leases(self, *, due: datetime) -> None:
        """Hand out every leased change again from `due`, its attempts counted: for the only worker of a store, as it starts, when
        all others are known to be dead. Raises `Unavailable`."""
        ...

    def next_due(self) -> datetime | None:
        """Return when the next change falls due or a lease lapses, None when the queue is empty. Raises `Unavailable`."""
        ...
