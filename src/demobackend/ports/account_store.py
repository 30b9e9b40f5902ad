"""Accounts at rest."""

from typing import Protocol

from demobackend.domain.model.account import Account
from demobackend.domain.model.ids import UserId


class AccountStore(Protocol):
    """Accounts by id and by canonical address; an address belongs to one account. Changes are durable when they return.

    Reads see every change that returned before. Every method raises `Unavailable` when the store does not answer in time.
    Source: DynamoDB conditional writes; a unique address is a row in the same transaction; docs/ports.md#account-store.
    """

    def create(self, account: Account) -> None:
        """Add an account. Raises `AlreadyExists` when its id or its canonical address is taken, `Unavailable`."""
        ...

    def get(self, user_id: UserId) -> Account:
        """Return an account. Raises `NotFound`, `Unavailable`."""
        ...

    def find(self, canonical_email: str) -> Account:
        """Return the account with this canonical address. Raises `NotFound`, `Unavailable`."""
        ...

    def replace(self, account: Account, *, expected: int) -> None:
        """Replace the account of revision `expected`; its address stays. Raises `VersionConflict`, `NotFound`, `Unavailable`."""
        ...
