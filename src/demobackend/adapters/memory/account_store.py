"""Accounts in memory."""

import dataclasses
from threading import Lock

from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.domain.model.account import Account
from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.errors import AlreadyExists, NotFound, VersionConflict
from demobackend.domain.model.ids import UserId


class MemoryAccountStore:
    """Accounts by id and by canonical address; an `AccountStore`.

    Events are written to the trail while the lock is held: whoever reads one and then the account sees what it tells of.
    """

    def __init__(self, trail: MemoryAuditTrail) -> None:
        self._trail = trail
        self._lock = Lock()
        self._accounts: dict[UserId, Account] = {}
        self._ids_by_email: dict[str, UserId] = {}

    def create(self, account: Account, *, audit: AuditEvent) -> None:
        """Add an account. Raises `AlreadyExists` when its id, its canonical address or the event's id is taken."""
        with self._lock:
            if account.id in self._accounts or account.email.canonical in self._ids_by_email:
                raise AlreadyExists
            self._trail.record(audit)
            self._accounts[account.id] = account
            self._ids_by_email[account.email.canonical] = account.id

    def get(self, user_id: UserId) -> Account:
        """Return an account. Raises `NotFound`."""
        with self._lock:
            return self._held(user_id)

    def find(self, canonical_email: str) -> Account:
        """Return the account with this canonical address. Raises `NotFound`."""
        with self._lock:
            if canonical_email not in self._ids_by_email:
                raise NotFound
            return self._accounts[self._ids_by_email[canonical_email]]

    def replace(self, account: Account, *, expected: int, audit: AuditEvent | None) -> None:
        """Replace the account of revision `expected`; its address stays. Raises `VersionConflict`, `NotFound`, `AlreadyExists`."""
        with self._lock:
            held = self._held(account.id)
            if held.revision != expected:
                raise VersionConflict
            if audit is not None:
                self._trail.record(audit)
            self._accounts[account.id] = dataclasses.replace(account, email=held.email)

    def _held(self, user_id: UserId) -> Account:
        if user_id not in self._accounts:
            raise NotFound
        return self._accounts[user_id]
