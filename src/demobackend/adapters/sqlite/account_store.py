"""Accounts in SQLite."""

import json
from typing import NamedTuple

import apsw

from demobackend.adapters.sqlite.audit_trail import record
from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.moments import from_ms, to_ms
from demobackend.adapters.sqlite.statements import changed, insert, select
from demobackend.domain.model.account import Account, AccountStatus, DisplayName, PendingCode
from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import AlreadyExists, NotFound, VersionConflict
from demobackend.domain.model.ids import UserId


class AccountRow(NamedTuple):
    """The columns of `accounts`."""

    id: str
    canonical_email: str
    given_email: str
    status: str
    display_name: str | None
    roles: str
    created_at: int
    updated_at: int
    revision: int
    password_hash: str | None
    code_digest: str | None
    code_expires_at: int | None
    code_tries_left: int | None


_GET = select(AccountRow, "FROM accounts WHERE id = ?")
_FIND = select(AccountRow, "FROM accounts WHERE canonical_email = ?")
_CREATE = f"{insert('accounts', AccountRow)} ON CONFLICT DO NOTHING"
_REPLACE = """
    UPDATE accounts SET status = :status, display_name = :display_name, roles = :roles, updated_at = :updated_at, revision = :revision,
        password_hash = :password_hash, code_digest = :code_digest, code_expires_at = :code_expires_at, code_tries_left = :code_tries_left
    WHERE id = :id AND revision = :expected"""


class SqliteAccountStore:
    """Accounts by id and by canonical address; an `AccountStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, account: Account, *, audit: AuditEvent) -> None:
        """Add an account. Raises `AlreadyExists`, `Unavailable`."""
        self._database.write(lambda connection: _create(connection, account, audit))

    def get(self, user_id: UserId) -> Account:
        """Return an account. Raises `NotFound`, `Unavailable`."""
        return self._database.read(lambda connection: _read(connection, _GET, user_id))

    def find(self, canonical_email: str) -> Account:
        """Return the account with this canonical address. Raises `NotFound`, `Unavailable`."""
        return self._database.read(lambda connection: _read(connection, _FIND, canonical_email))

    def replace(self, account: Account, *, expected: int, audit: AuditEvent | None) -> None:
        """Replace the account of revision `expected`; its address stays.

        Raises `VersionConflict`, `NotFound`, `AlreadyExists`, `Unavailable`.
        """
        self._database.write(lambda connection: _replace(connection, account, expected, audit))


def account_to_row(account: Account) -> AccountRow:
    """Times are cut to milliseconds."""
    code = account.code
    return AccountRow(
        id=account.id,
        canonical_email=account.email.canonical,
        given_email=account.email.given,
        status=account.status.value,
        display_name=None if account.display_name is None else account.display_name.value,
        roles=json.dumps(sorted(account.roles)),
        created_at=to_ms(account.created_at),
        updated_at=to_ms(account.updated_at),
        revision=account.revision,
        password_hash=account.password_hash,
        code_digest=None if code is None else code.digest,
        code_expires_at=None if code is None else to_ms(code.expires_at),
        code_tries_left=None if code is None else code.tries_left,
    )


def account_from_row(row: AccountRow) -> Account:
    """The inverse of `account_to_row`."""
    return Account(
        id=UserId(row.id),
        email=EmailAddress(row.given_email),
        status=AccountStatus(row.status),
        display_name=None if row.display_name is None else DisplayName(row.display_name),
        roles=frozenset(SiteRole(role) for role in json.loads(row.roles)),
        created_at=from_ms(row.created_at),
        updated_at=from_ms(row.updated_at),
        revision=row.revision,
        password_hash=row.password_hash,
        code=_code_from_row(row),
    )


def _code_from_row(row: AccountRow) -> PendingCode | None:
    if row.code_digest is None or row.code_expires_at is None or row.code_tries_left is None:
        return None
    return PendingCode(row.code_digest, from_ms(row.code_expires_at), row.code_tries_left)


def _read(connection: apsw.Connection, sql: str, key: str) -> Account:
    row = connection.execute(sql, (key,)).fetchone()
    if row is None:
        raise NotFound
    return account_from_row(AccountRow._make(row))


def _create(connection: apsw.Connection, account: Account, audit: AuditEvent) -> None:
    if not changed(connection, _CREATE, account_to_row(account)):
        raise AlreadyExists
    record(connection, audit)


def _replace(connection: apsw.Connection, account: Account, expected: int, audit: AuditEvent | None) -> None:
    if not changed(connection, _REPLACE, account_to_row(account)._asdict() | {"expected": expected}):
        _read(connection, _GET, account.id)
        raise VersionConflict
    if audit is not None:
        record(connection, audit)
