"""Accounts: who they belong to, their passwords and codes, and what may follow what."""

import hmac
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.common_passwords import is_common
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.ids import SessionId, UserId
from demobackend.domain.model.names import in_nfc
from demobackend.domain.model.tokens import AccessToken

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
MIN_PASSWORD_CHARACTERS = 12
MAX_PASSWORD_CHARACTERS = 128
MAX_DISPLAY_NAME_CHARACTERS = 200


@dataclass(frozen=True, slots=True, repr=False)
class NewPassword:
    """A password somebody chooses: NFC, 12-128 characters of any kind, never truncated, not a common one.

    There are no composition rules (NIST SP 800-63B). Raises `InvalidInput` (`weak_password`). Its `repr` hides it.
    """

    value: str

    def __post_init__(self) -> None:
        text = _storable_password(self.value)
        if not MIN_PASSWORD_CHARACTERS <= len(text) <= MAX_PASSWORD_CHARACTERS:
            limits = f"A password has {MIN_PASSWORD_CHARACTERS} to {MAX_PASSWORD_CHARACTERS} characters."
            raise InvalidInput.at("/password", "weak_password", limits)
        if is_common(text):
            raise InvalidInput.at("/password", "weak_password", "This password is among the most used ones.")
        object.__setattr__(self, "value", text)

    def __repr__(self) -> str:
        return "NewPassword(…)"


def _storable_password(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput.at("/password", "weak_password", "A password is Unicode text.")
    return in_nfc(text, most=MAX_PASSWORD_CHARACTERS)


def typed_password(text: str) -> str:
    """A password as typed at sign-in, in the form in which `NewPassword` stored it; any text may be tried."""
    return in_nfc(text.encode(errors="replace").decode(), most=MAX_PASSWORD_CHARACTERS)[: MAX_PASSWORD_CHARACTERS + 1]


@dataclass(frozen=True, slots=True)
class DisplayName:
    """What to call a person: NFC, 1-200 characters, no control characters. Raises `InvalidInput` (`invalid_display_name`)."""

    value: str

    def __post_init__(self) -> None:
        text = in_nfc(self.value, most=MAX_DISPLAY_NAME_CHARACTERS)
        if not 1 <= len(text) <= MAX_DISPLAY_NAME_CHARACTERS or any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
            limits = f"A display name has 1 to {MAX_DISPLAY_NAME_CHARACTERS} characters."
            raise InvalidInput.at("/display_name", "invalid_display_name", limits)
        object.__setattr__(self, "value", text)


def code_digest(code: str, *, salt: str) -> str:
    """What is kept of a code: it lives ten minutes and five tries, so a plain digest of six digits is enough."""
    return sha256(f"{salt}:{code}".encode(errors="replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class PendingCode:
    """A code that was mailed: its digest, when it dies, and how many tries are left."""

    digest: str
    expires_at: datetime
    tries_left: int = CODE_TRIES

    def is_live(self, at: datetime) -> bool:
        """Whether it can still be redeemed."""
        return self.tries_left > 0 and at < self.expires_at

    def opens_with(self, code: str, *, salt: str) -> bool:
        """Whether this is the code; compared in constant time."""
        return hmac.compare_digest(self.digest, code_digest(code, salt=salt))

    def tried(self) -> "PendingCode":
        """With one try less."""
        return replace(self, tries_left=self.tries_left - 1)


class AccountStatus(StrEnum):
    """Where an account stands."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person's account. `password_hash` and `code` stay None where the identity provider keeps them.

    `revision` counts every change from 1. Times are UTC with millisecond precision.
    """

    id: UserId
    email: EmailAddress
    status: AccountStatus
    display_name: DisplayName | None
    roles: frozenset[SiteRole]
    created_at: datetime
    updated_at: datetime
    revision: int = 1
    password_hash: str | None = None
    code: PendingCode | None = None

    def confirmed(self, at: datetime) -> "Account":
        """The address is its owner's; the code is spent."""
        return replace(self, status=AccountStatus.CONFIRMED, code=None, updated_at=at, revision=self.revision + 1)

    def with_code(self, code: PendingCode | None, *, at: datetime) -> "Account":
        """With another code, or none."""
        return replace(self, code=code, updated_at=at, revision=self.revision + 1)

    def with_password_hash(self, password_hash: str, *, at: datetime) -> "Account":
        """With another password."""
        return replace(self, password_hash=password_hash, updated_at=at, revision=self.revision + 1)

    def called(self, display_name: DisplayName | None, *, at: datetime) -> "Account":
        """With this display name; the same account when it has it already."""
        if display_name == self.display_name:
            return self
        return replace(self, display_name=display_name, updated_at=at, revision=self.revision + 1)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A proven identity. `grant` is what the provider renews access with; None where tokens come from the account alone.

    A provider that begins sessions itself names the one that it began, `session_id`, and hands out its first `access`.
    """

    account: Account
    grant: str | None = None
    session_id: SessionId | None = None
    access: AccessToken | None = None
