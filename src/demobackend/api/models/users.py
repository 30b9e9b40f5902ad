"""Wire models of registration, sign-in and profiles."""

from typing import Annotated, Literal, TypedDict

from pydantic import Field

from demobackend.api.models.wire import Body, Instant, instant
from demobackend.domain.model.account import Account, DisplayName, NewPassword
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.tokens import Tokens
from demobackend.domain.model.usage import Plan
from demobackend.domain.use_cases.users.profile import ProfileEdit

type Secret = Annotated[str, Field(max_length=4096)]


class RegisterIn(Body):
    """Who wants an account."""

    email: str
    password: Secret
    display_name: str | None = None

    def to_domain(self) -> tuple[EmailAddress, NewPassword, DisplayName | None]:
        """Raises `InvalidInput`."""
        if "display_name" in self.model_fields_set and self.display_name is None:
            raise InvalidInput.at("/display_name", "null_not_allowed", "This field may not be null.")
        name = None if self.display_name is None else DisplayName(self.display_name)
        return EmailAddress(self.email), NewPassword(self.password), name


class ConfirmIn(Body):
    """An address and the code that was mailed to it."""

    email: str
    code: Annotated[str, Field(max_length=64)]


class EmailIn(Body):
    """An address."""

    email: str


class LoginIn(Body):
    """An address and its password."""

    email: str
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

    display_name: str | None = None

    def to_domain(self) -> ProfileEdit:
        """Raises `InvalidInput`."""
        if self.display_name is not None:
            return ProfileEdit(display_name=DisplayName(self.display_name))
        return ProfileEdit(clear_display_name="display_name" in self.model_fields_set)
