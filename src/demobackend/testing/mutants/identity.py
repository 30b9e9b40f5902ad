"""Wrong identity providers."""

from datetime import timedelta

from demobackend.adapters.memory.clock import ManualClock
from demobackend.domain.model.account import Account, AccountStatus, DisplayName, NewPassword, SignIn
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import InvalidCode, InvalidCredentials, NotConfirmed
from demobackend.domain.model.letter_rules import LetterRules
from demobackend.domain.model.lockout import LockoutRules
from demobackend.domain.use_cases.users.own_identity import OwnIdentity
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.identity_provider import IdentityDesk, IdentityProviderContract
from demobackend.testing.mutants.sound import identity_desk
from demobackend.testing.mutants.users import TruncatingHasher


class _TellsTheUnknown(OwnIdentity):
    __slots__ = ()

    def authenticate(self, email: EmailAddress, password: str, *, network: str) -> SignIn:
        if self._find(email) is None:
            raise InvalidCredentials("There is no such account.")
        return super().authenticate(email, password, network=network)


class _TellsTheUnconfirmed(OwnIdentity):
    __slots__ = ()

    def authenticate(self, email: EmailAddress, password: str, *, network: str) -> SignIn:
        account = self._find(email)
        if account is not None and account.status is AccountStatus.UNCONFIRMED:
            raise NotConfirmed
        return super().authenticate(email, password, network=network)


class _TakesOver(OwnIdentity):
    __slots__ = ()

    def register(self, email: EmailAddress, password: NewPassword, display_name: DisplayName | None) -> None:
        known = self._find(email)
        if known is not None:
            renewed = known.with_password_hash(self.hasher.hash(password.value), at=self.clock.now())
            self.accounts.replace(renewed, expected=known.revision, audit=None)
        super().register(email, password, display_name)


class _CountsNoTries(OwnIdentity):
    __slots__ = ()

    def confirm(self, email: EmailAddress, code: str, *, network: str) -> None:
        before = self._find(email)
        try:
            super().confirm(email, code, network=network)
        except InvalidCode:
            after = self._find(email)
            if before and after and after.status is AccountStatus.UNCONFIRMED and after.revision > before.revision:
                self.accounts.replace(after.with_code(before.code, at=after.updated_at), expected=after.revision, audit=None)
            raise


class _HalfDone(OwnIdentity):
    __slots__ = ()

    def _pretend(self, account: Account, code: str) -> None:
        known = self._find(account.email)
        if known is not None and known.status is AccountStatus.UNCONFIRMED:
            self.accounts.replace(known.with_code(account.code, at=account.updated_at), expected=known.revision, audit=None)
        super()._pretend(account, code)


class _StoppedClock(ManualClock):
    def advance(self, by: timedelta) -> None:
        return


class TellsWhoHasAnAccount(IdentityProviderContract):
    """An unknown address is refused in other words."""

    def desk(self) -> IdentityDesk:
        return identity_desk(_TellsTheUnknown)


class TellsWhoIsUnconfirmed(IdentityProviderContract):
    """Without the right password."""

    def desk(self) -> IdentityDesk:
        return identity_desk(_TellsTheUnconfirmed)


class LetsStrangersTakeOver(IdentityProviderContract):
    """Registering a confirmed address changes its password."""

    def desk(self) -> IdentityDesk:
        return identity_desk(_TakesOver)


class LetsCodesBeGuessed(IdentityProviderContract):
    """A wrong try costs nothing."""

    def desk(self) -> IdentityDesk:
        return identity_desk(_CountsNoTries)


class NeverLocks(IdentityProviderContract):
    """Passwords can be tried for ever."""

    def desk(self) -> IdentityDesk:
        return identity_desk(OwnIdentity, rules=LockoutRules(per_account=10**6, per_network=10**6, everywhere=10**6))


class FillsMailboxes(IdentityProviderContract):
    """Whoever asks is sent a letter."""

    def desk(self) -> IdentityDesk:
        return identity_desk(OwnIdentity, letters=LetterRules(per_hour=10**6, per_day=10**6))


class KillsTheLastCode(IdentityProviderContract):
    """Beyond the limit it makes a new code that nobody is sent."""

    def desk(self) -> IdentityDesk:
        return identity_desk(_HalfDone)


class KeepsCodesForEver(IdentityProviderContract):
    """Time does not pass."""

    def desk(self) -> IdentityDesk:
        return identity_desk(OwnIdentity, clock=_StoppedClock())


class IgnoresTheEndOfPasswords(IdentityProviderContract):
    """Its hasher truncates."""

    def desk(self) -> IdentityDesk:
        return identity_desk(OwnIdentity, hasher=TruncatingHasher(cost=1))


MUTANTS: tuple[type[Contract], ...] = (
    TellsWhoHasAnAccount,
    TellsWhoIsUnconfirmed,
    LetsStrangersTakeOver,
    LetsCodesBeGuessed,
    NeverLocks,
    FillsMailboxes,
    KillsTheLastCode,
    KeepsCodesForEver,
    IgnoresTheEndOfPasswords,
)
