"""Accounts as rows, and back: the account itself, and the address that belongs to it."""

from demobackend.adapters.dynamodb.attributes import Row, after, if_any, number, present, text, texts, word
from demobackend.adapters.dynamodb.digests import checked, sealed
from demobackend.adapters.dynamodb.moments import moment, to_ms
from demobackend.adapters.dynamodb.schema import Key
from demobackend.domain.model.account import Account, AccountStatus, DisplayName, PendingCode
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.ids import UserId

_USER_PREFIX = "U#"


def account_key(user_id: UserId) -> Key:
    """Where an account lies."""
    return Key(f"{_USER_PREFIX}{user_id}", "ACCOUNT")


def address_key(canonical_email: str) -> Key:
    """Where it is said whose address this is. At most 256 bytes; a partition key takes 2,048."""
    return Key(f"E#{canonical_email}", "E")


def account_to_row(account: Account) -> Row:
    """Times are cut to milliseconds."""
    key, code = account_key(account.id), account.code
    facts = {
        "PK": key.pk,
        "SK": key.sk,
        "email": account.email.given,
        "status": account.status.value,
        "display_name": None if account.display_name is None else account.display_name.value,
        "roles": tuple(sorted(role.value for role in account.roles)),
        "created_at": to_ms(account.created_at),
        "updated_at": to_ms(account.updated_at),
        "revision": account.revision,
        "password_hash": account.password_hash,
        "code_digest": None if code is None else code.digest,
        "code_expires_at": None if code is None else to_ms(code.expires_at),
        "code_tries_left": None if code is None else code.tries_left,
    }
    return sealed(present(facts))


def account_from_row(row: Row) -> Account:
    """The inverse of `account_to_row`. Raises `Corrupt`."""
    row = checked(row)
    return Account(
        id=UserId(after(row, "PK", _USER_PREFIX)),
        email=EmailAddress(text(row, "email")),
        status=word(row, "status", AccountStatus),
        display_name=DisplayName(text(row, "display_name")) if "display_name" in row else None,
        roles=frozenset(SiteRole(role) for role in texts(row, "roles")),
        created_at=moment(row, "created_at"),
        updated_at=moment(row, "updated_at"),
        revision=number(row, "revision"),
        password_hash=if_any(row, "password_hash", text),
        code=_code(row),
    )


def address_to_row(account: Account) -> Row:
    """The row that makes the account's address its own."""
    key = address_key(account.email.canonical)
    return sealed({"PK": key.pk, "SK": key.sk, "user_id": account.id})


def address_from_row(row: Row) -> UserId:
    """Whose address it is. Raises `Corrupt`."""
    return UserId(text(checked(row), "user_id"))


def _code(row: Row) -> PendingCode | None:
    if "code_digest" not in row:
        return None
    return PendingCode(text(row, "code_digest"), moment(row, "code_expires_at"), number(row, "code_tries_left"))
