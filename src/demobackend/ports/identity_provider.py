"""Proves who somebody is."""

from typing import Protocol

from demobackend.domain.model.account import DisplayName, NewPassword, SignIn
from demobackend.domain.model.email_address import EmailAddress


class IdentityProvider(Protocol):
    """Registers people, confirms their addresses, and checks their passwords; keeps their credentials.

    Addresses are compared in canonical form. Nothing here tells, by answer or time, whether an address has an account, or one that
    waits for its code, before its right password is given. `network` names where a call came from, for counting failures.
    How many letters one address is sent is limited: `register` and `resend` beyond it are answered alike, send nothing and change
    nothing, so what was sent last stays good.
    Every method raises `Unavailable` when the provider does not answer in time. Source: Amazon Cognito user pools with
    PreventUserExistenceErrors; docs/ports.md#identity-provider.
    """

    def register(self, email: EmailAddress, password: NewPassword, display_name: DisplayName | None) -> None:
        """Open an account and mail a code to its address.

        An unconfirmed account takes the new password and gets a new code; a confirmed one stays as it is and its owner is
        told by mail. Raises `Unavailable`.
        """
        ...

    def confirm(self, email: EmailAddress, code: str, *, network: str) -> None:
        """Redeem a code: the account is confirmed and the code spent.

        Raises `InvalidCode`, alike for wrong, used, expired, spent and unknown; the fifth wrong try kills the code. Raises
        `Locked` after too many failures for this address or network, `Unavailable`.
        """
        ...

    def resend(self, email: EmailAddress) -> None:
        """Mail a new code to an unconfirmed account; the old one dies. For any other address nothing that shows. Raises `Unavailable`."""
        ...

    def authenticate(self, email: EmailAddress, password: str, *, network: str) -> SignIn:
        """Check a password. Raises `InvalidCredentials`, `NotConfirmed` after the right password only, `Locked` after too many
        failures for this address or network, `Unavailable`."""
        ...
