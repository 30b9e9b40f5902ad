"""Accounts in Amazon DynamoDB."""

import dataclasses

from demobackend.adapters.dynamodb.account_rows import (
    account_from_row,
    account_key,
    account_to_row,
    address_from_row,
    address_key,
    address_to_row,
)
from demobackend.adapters.dynamodb.actions import ABSENT, Condition, Put
from demobackend.adapters.dynamodb.audit_rows import event_to_row
from demobackend.adapters.dynamodb.audited import write_audited
from demobackend.adapters.dynamodb.table import Cancelled, ConditionFailed, Table
from demobackend.domain.model.account import Account
from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.errors import AlreadyExists, Corrupt, NotFound, VersionConflict
from demobackend.domain.model.ids import UserId


class DynamoDbAccountStore:
    """Accounts by id, each with a row that makes its canonical address its own; an `AccountStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, account: Account, *, audit: AuditEvent) -> None:
        """Add an account with its address: one transaction. Raises `AlreadyExists`, `Unavailable`."""
        rows = (account_to_row(account), address_to_row(account), event_to_row(audit))
        try:
            self._table.transact(*(Put(row, ABSENT) for row in rows))
        except Cancelled:
            raise AlreadyExists from None

    def get(self, user_id: UserId) -> Account:
        """Return an account: one read. Raises `NotFound`, `Corrupt`, `Unavailable`."""
        row = self._table.get(account_key(user_id))
        if row is None:
            raise NotFound
        return account_from_row(row)

    def find(self, canonical_email: str) -> Account:
        """Return the account with this canonical address: two reads. Raises `NotFound`, `Corrupt`, `Unavailable`.

        An account goes together with its address; where only the first read saw it, there is none any more.
        """
        row = self._table.get(address_key(canonical_email))
        if row is None:
            raise NotFound
        account = self.get(address_from_row(row))
        if account.email.canonical != canonical_email:
            raise Corrupt
        return account

    def replace(self, account: Account, *, expected: int, audit: AuditEvent | None) -> None:
        """Replace the account of revision `expected`; its address stays, also in its spelling: one conditional write or transaction,
        two where the account at hand spells its address in another way.

        Raises `VersionConflict`, `NotFound`, `AlreadyExists`, `Corrupt`, `Unavailable`.
        """
        as_read = Condition("#revision = :expected AND #email = :email", {"expected": expected, "email": account.email.given})
        try:
            write_audited(self._table, Put(account_to_row(account), as_read), audit)
        except ConditionFailed as refusal:
            if refusal.row is None:
                raise NotFound from None
            held = account_from_row(refusal.row)
            if held.revision != expected:
                raise VersionConflict from None
            self.replace(dataclasses.replace(account, email=held.email), expected=expected, audit=audit)
