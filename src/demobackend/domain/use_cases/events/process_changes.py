"""Work through the change feed: each change to its use case, failures later again, the hopeless to the dead letters."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from demobackend.domain.model.change import MAX_ATTEMPTS, Change, ChangeKind, Delivery, back_off
from demobackend.domain.model.errors import DomainError
from demobackend.domain.use_cases.events.confirm_upload import ConfirmUpload
from demobackend.domain.use_cases.events.project_file_change import ProjectFileChange
from demobackend.ports.change_feed import ChangeFeed
from demobackend.ports.clock import Clock

LEASE = timedelta(minutes=2)
"""Longer than one change takes: a document is read for 20 seconds at most, unless the settings say more, and each write waits for 25."""

type Handle = Callable[[Change], str | None]
"""Reconciles what the change names, and returns why its text cannot be read, if so. Raises `DomainError`."""


@dataclass(frozen=True, slots=True)
class HandleChange:
    """One change to the use case that reconciles it."""

    project_file_change: ProjectFileChange
    confirm_upload: ConfirmUpload

    def __call__(self, change: Change) -> str | None:
        """Return why the file's text cannot be read, if so. Raises what the use case raises."""
        match change.kind:
            case ChangeKind.FILE_CHANGED:
                return self.project_file_change(change)
            case ChangeKind.BYTES_ARRIVED:
                self.confirm_upload(change)
                return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of one try at a change, for whoever runs the worker to tell.

    `unreadable` is `Extraction.reason` of a file whose text was read in vain, which is no failure. `is_dead`: it failed for the
    last time and is a dead letter now.
    """

    delivery: Delivery
    unreadable: str | None = None
    failure: Exception | None = None
    is_dead: bool = False


@dataclass(frozen=True, slots=True)
class ProcessChanges:
    """One worker's round. It takes one change, so that no other waits behind a slow one while it could be another worker's. A crash
    leaves the change leased; it comes again when the lease is over."""

    feed: ChangeFeed
    handle: Handle
    clock: Clock

    def __call__(self) -> Tried | None:
        """Try the change that is due longest and return what came of it, None when none is due.

        Raises `Unavailable` when the feed itself is away.
        """
        for delivery in self.feed.claim(limit=1, at=self.clock.now(), lease=LEASE):
            return self._try(delivery)
        return None

    def _try(self, delivery: Delivery) -> Tried:
        try:
            unreadable = self.handle(delivery.change)
        except DomainError as error:
            return self._set_aside(delivery, error, reason=error.code)
        except Exception as error:  # noqa: BLE001 - one poisonous change must not stop the worker; it ends as a dead letter
            return self._set_aside(delivery, error, reason=f"bug:{type(error).__name__}")
        self.feed.acknowledge(delivery)
        return Tried(delivery=delivery, unreadable=unreadable)

    def _set_aside(self, delivery: Delivery, failure: Exception, *, reason: str) -> Tried:
        now = self.clock.now()
        is_dead = delivery.attempts >= MAX_ATTEMPTS
        if is_dead:
            self.feed.bury(delivery, at=now, reason=reason)
        else:
            self.feed.put_back(delivery, due=now + back_off(delivery.attempts), reason=reason)
        return Tried(delivery=delivery, failure=failure, is_dead=is_dead)
