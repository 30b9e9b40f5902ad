"""Work through the change feed: each change to its use case, failures later again, the hopeless to the dead letters."""

from dataclasses import dataclass
from datetime import timedelta

from demobackend.domain.model.change import MAX_ATTEMPTS, Change, ChangeKind, Delivery, back_off
from demobackend.domain.model.errors import DomainError
from demobackend.domain.use_cases.events.confirm_upload import ConfirmUpload
from demobackend.domain.use_cases.events.project_file_change import ProjectFileChange
from demobackend.ports.change_feed import ChangeFeed
from demobackend.ports.clock import Clock

_LEASE = timedelta(minutes=2)  # longer than the slowest extraction


@dataclass(frozen=True, slots=True)
class HandleChange:
    """One change to the use case that reconciles it."""

    project_file_change: ProjectFileChange
    confirm_upload: ConfirmUpload

    def __call__(self, change: Change) -> None:
        """Raises what the use case raises."""
        match change.kind:
            case ChangeKind.FILE_CHANGED:
                self.project_file_change(change)
            case ChangeKind.BYTES_ARRIVED:
                self.confirm_upload(change)


@dataclass(frozen=True, slots=True)
class ProcessChanges:
    """One worker's round. A crash leaves its changes leased; they come again when the lease is over."""

    feed: ChangeFeed
    handle: HandleChange
    clock: Clock

    def __call__(self, *, limit: int = 10) -> int:
        """Try up to `limit` due changes and return how many there were. Raises `Unavailable` when the feed itself is away."""
        deliveries = self.feed.claim(limit=limit, at=self.clock.now(), lease=_LEASE)
        for delivery in deliveries:
            self._try(delivery)
        return len(deliveries)

    def _try(self, delivery: Delivery) -> None:
        try:
            self.handle(delivery.change)
        except DomainError as error:
            self._set_aside(delivery, reason=error.code)
        except Exception as error:  # noqa: BLE001 - one poisonous change must not stop the worker; it ends as a dead letter
            self._set_aside(delivery, reason=f"bug:{type(error).__name__}")
        else:
            self.feed.acknowledge(delivery)

    def _set_aside(self, delivery: Delivery, *, reason: str) -> None:
        now = self.clock.now()
        if delivery.attempts >= MAX_ATTEMPTS:
            self.feed.bury(delivery, at=now, reason=reason)
        else:
            self.feed.put_back(delivery, due=now + back_off(delivery.attempts), reason=reason)
