"""Wire models of registration, sign-in and profiles."""

from typing import Annotated, Literal, TypedDict

from pydantic import Field

from demobackend.api.models.rules import TEXT, rule
from demobackend.api.models.wire import Body, Instant, instant
from demobackend.domain.model.account import (
    MAX_DISPLAY_NAME_CHARACTERS,
    MAX_PASSWORD_CHARACTERS,
    MIN_PASSWORD_CHARACTERS,
    Account,
    DisplayName,
    NewPassword,
)
from demobackend.domain.model.email_address import MAX_CHARACTERS as MAX_EMAIL_CHARACTERS
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.tokens import Tokens
from demobackend.domain.model.usage import Plan
from demobackend.domain.use_cases.users.profile import ProfileEdit

_LONGEST_SECRET = 4096
_EMAIL = rule(EmailAddress, TEXT, maxLength=MAX_EMAIL_CHARACTERS, description="An e-mail address (RFC 5321, RFC 6531).")
_NEW_PASSWORD = rule(
    NewPassword,
    TEXT,
    minLength=MIN_PASSWORD_CHARACTERS,
    maxLength=MAX_PASSWORD_CHARACTERS,
    description="Any characters, counted in NFC; not one of the most used passwords.",
)
_DISPLAY_NAME = rule(
    DisplayName, TEXT, minLength=1, maxLength=MAX_DISPLAY_NAME_CHARACTERS, description="Counted in NFC; no control characters."
)

type Secret = Annotated[str, Field(max_length=_LONGEST_SECRET)]


class RegisterIn(Body):
    """Who wants an account."""

    email: Annotated[EmailAddress, _EMAIL]
    password: Annotated[NewPassword, _NEW_PASSWORD]
    display_name: Annotated[DisplayName | None, _DISPLAY_NAME] = None  # the mark is on both: null is refused


class ConfirmIn(Body):
    """An address and the code that was mailed to it."""

    email: Annotated[EmailAddress, _EMAIL]
    code: Annotated[str, Field(max_length=64)]


class EmailIn(Body):
    """An address."""

    email: Annotated[EmailAddress, _EMAIL]


class LoginIn(Body):
    """An address and its password."""

    email: Annotated[EmailAddress, _EMAIL]
    password: Secret


class RefreshIn(Body):
    """A refresh token."""

    refresh_token: Secret


class DeliveryOut(TypedDict):
    """How a code was sent, and to what, masked."""

    medium: Literal["email"]
    destination: str


class ConfirmationRequiredOut(TypedDict):
    """A code is on its way."""

    status: Literal["confirmation_required"]
    delivery: DeliveryOut


def confirmation_required_out(destination: str) -> ConfirmationRequiredOut:
    """The same answer for every address."""
    return {"status": "confirmation_required", "delivery": {"medium": "email", "destination": destination}}


class TokensOut(TypedDict):
    """What a client keeps; `expires_in` is the access token's life in seconds."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"]
    expires_in: int


def tokens_out(tokens: Tokens) -> TokensOut:
    """The tokens on the wire."""
    return {
        "access_token": tokens.access,
        "refresh_token": tokens.refresh,
        "token_type": "Bearer",
        "expires_in": int(tokens.life.total_seconds()),
    }


class SignedInOut(TypedDict):
    """A sign-in that needs no further step."""

    status: Literal["signed_in"]
    tokens: TokensOut


class MfaOut(TypedDict):
    """Whether a second factor is set up."""

    totp: bool


class PlanOut(TypedDict):
    """The plan and what it allows, sizes in bytes."""

    id: str
    quota_bytes: int
    max_file_bytes: int
    max_files: int


class MeOut(TypedDict):
    """One's own profile."""

    id: str
    email: str
    display_name: str | None
    roles: list[str]
    mfa: MfaOut
    plan: PlanOut
    created_at: Instant
    updated_at: Instant


def me_out(account: Account, plan: Plan) -> MeOut:
    """The account as its owner sees it."""
    return {
        "id": account.id,
        "email": account.email.canonical,
        "display_name": account.display_name.value if account.display_name else None,
        "roles": sorted(account.roles),
        "mfa": {"totp": False},
        "plan": {"id": plan.id, "quota_bytes": plan.max_bytes, "max_file_bytes": plan.max_file_bytes, "max_files": plan.max_files},
        "created_at": instant(account.created_at),
        "updated_at": instant(account.updated_at),
    }


class UpdateMeIn(Body):
    """Facts to change; a display name of null is cleared."""

    display_name: Annotated[DisplayName, _DISPLAY_NAME] | None = None

    def to_domain(self) -> ProfileEdit:
        """The edit."""
        cleared = "display_name" in self.model_fields_set and self.display_name is None
        return ProfileEdit(display_name=self.display_name, clear_display_name=cleared)
