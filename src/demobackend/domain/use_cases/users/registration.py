"""Open an account: register, confirm, send the code again."""

from dataclasses import dataclass

from demobackend.domain.model.account import DisplayName, NewPassword
from demobackend.domain.model.email_address import EmailAddress
from demobackend.ports.identity_provider import IdentityProvider


@dataclass(frozen=True, slots=True)
class Register:
    """Open an account, or, for a known address, tell its owner; the caller learns nothing either way."""

    identity: IdentityProvider

    def __call__(self, email: EmailAddress, password: NewPassword, display_name: DisplayName | None) -> str:
        """Return the masked address, which a mail went to if it may get one more. Raises `Unavailable`."""
        self.identity.register(email, password, display_name)
        return email.masked


@dataclass(frozen=True, slots=True)
class ConfirmRegistration:
    """Prove that an address is one's own."""

    identity: IdentityProvider

    def __call__(self, email: EmailAddress, code: str, *, network: str) -> None:
        """Raises `InvalidCode`, `Locked`, `Unavailable`."""
        self.identity.confirm(email, code, network=network)


@dataclass(frozen=True, slots=True)
class ResendConfirmation:
    """Send another code; the one before dies."""

    identity: IdentityProvider

    def __call__(self, email: EmailAddress) -> str:
        """Return the masked address. Raises `Unavailable`."""
        self.identity.resend(email)
        return email.masked
