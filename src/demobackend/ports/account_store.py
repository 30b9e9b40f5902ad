"""Accounts at rest."""

from typing import Protocol

from demobackend.domain.model.account import Account
from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.ids import UserId


class AccountStore(Protocol):
    """Accounts by id and by canonical address; an address belongs to one account. Changes are durable when they return.

    A change is made together with the event that tells of it, or neither is; an `AuditTrail` returns the events. Reads see
    every change that returned before. Every method raises `Unavailable` when the store does not answer in time.
    Source: DynamoDB transactions; a unique address is a row in the same transaction; docs/ports.md#account-store.
    """

    def create(self, account: Account, *, audit: AuditEvent) -> None:
        """Add an account. Raises `AlreadyExists` when its id, its canonical address or the event's id is taken, `Unavailable`."""
        ...

    def get(self, user_id: UserId) -> Account:
        """Return an account. Raises `NotFound`, `Unavailable`."""
        ...

    def find(self, canonical_email: str) -> Account:
        """Return the account with this canonical address. Raises `NotFound`, `Unavailable`."""
        ...

    def replace(self, account: Account, *, expected: int, audit: AuditEvent | None) -> None:
        """Replace the account of revision `expected`; its address stays. None records nothing, as for a code that was sent.

        Raises `VersionConflict`, `NotFound`, `AlreadyExists` when the event's id is taken, `Unavailable`.
        """
        ...
