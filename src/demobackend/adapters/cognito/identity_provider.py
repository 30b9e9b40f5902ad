"""Registration and sign-in, with the credentials in a user pool and everything else in our own account."""

import logging
import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn

from demobackend.adapters.cognito.pool import CognitoPool
from demobackend.adapters.cognito.sessions import Granted
from demobackend.adapters.cognito.user_pool import UserPool
from demobackend.domain.model.account import (
    CODE_DIGITS,
    CODE_LIFE,
    Account,
    AccountStatus,
    DisplayName,
    NewPassword,
    PendingCode,
    SignIn,
    typed_password,
)
from demobackend.domain.model.audit import AuditAction, AuditEvent
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import (
    AlreadyExists,
    InvalidCode,
    InvalidCredentials,
    LimitExceeded,
    NotConfirmed,
    NotFound,
    Unavailable,
    VersionConflict,
)
from demobackend.domain.model.ids import UserId
from demobackend.domain.use_cases.users.audit import new_event
from demobackend.domain.use_cases.users.failures import Failures
from demobackend.domain.use_cases.users.letters import Letters
from demobackend.ports.account_store import AccountStore
from demobackend.ports.clock import Clock
from demobackend.ports.ids import Ids
from demobackend.ports.password_hasher import PasswordHasher

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

_LOG = logging.getLogger("demobackend.aws")
_ROUNDS = 12  # more than the tries a code has, so that rivals for one code always come to an end
_UNDER_WAY = timedelta(minutes=1)  # longer than any registration takes
_CODE = re.compile(f"[0-9]{{{CODE_DIGITS}}}")
_NO_CODE = "0" * CODE_DIGITS


class CognitoIdentity:
    """`IdentityProvider`: passwords and codes are Cognito's; addresses, codes' lives and tries, and failures are ours.

    A user's name in the pool is our user id, so Cognito never looks an address up. Where there is nobody to ask Cognito about, it
    is asked about a new id, which nobody has: so that an unknown address takes the time that a known one does.

    What Cognito does not do, the account row does:

    - its codes live 24 hours; ours carries a life of ten minutes and five tries, each taken before Cognito hears of the code;
    - it says "not confirmed" whatever the password, so the row of an unconfirmed account holds a hash of the password;
    - it counts the codes that it sends again to a user (ResendConfirmationCode, its own quota), but a registration that is repeated
      makes the user anew: so that and the notice to an owner are counted as `Letters` are elsewhere. It shows in their time;
    - it locks users but not names that are unknown, so a lock of its own is answered as a wrong password; `Failures` locks alike.

    The row is written before the user: a crash leaves a row whose user is missing or whose code is unknown, and the next
    registration of the address mends both by making the user anew. A crash after Cognito took a code, and before the row says so,
    is mended by the next sign-in: the password opens only what is confirmed.
    """

    def __init__(
        self,
        client: "CognitoIdentityProviderClient",
        pool: CognitoPool,
        *,
        accounts: AccountStore,
        hasher: PasswordHasher,
        letters: Letters,
        failures: Failures,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._users = UserPool(client, pool)
        self._accounts = accounts
        self._hasher = hasher
        self._letters = letters
        self._failures = failures
        self._ids = ids
        self._clock = clock

    def register(self, email: EmailAddress, password: NewPassword, display_name: DisplayName | None) -> None:
        """As `IdentityProvider.register`. Raises `InvalidInput` for an address or a password that only Cognito refuses, `Unavailable`.

        Who loses a race is judged anew: the address is known by then.
        """
        password_hash, is_admitted = self._hasher.hash(password.value), False
        for _ in range(_ROUNDS):
            known = self._find(email)
            is_admitted = is_admitted or (known is not None and self._letters.admits(email))
            if known is not None and not is_admitted:
                _LOG.warning("a letter was not sent")  # enough of them: the code that was sent last stays good
                return
            try:
                if known is None:
                    self._register_new(email, password, display_name, password_hash)
                elif known.status is AccountStatus.UNCONFIRMED:
                    self._register_again(known, password, display_name, password_hash)
                else:
                    self._tell_owner(known)
            except (AlreadyExists, VersionConflict, NotFound):
                continue
            return
        raise Unavailable

    def _register_new(self, email: EmailAddress, password: NewPassword, display_name: DisplayName | None, password_hash: str) -> None:
        now = self._clock.now()
        account = Account(
            id=UserId(self._ids.new()),
            email=email,
            status=AccountStatus.UNCONFIRMED,
            display_name=display_name,
            roles=frozenset(),
            created_at=now,
            updated_at=now,
            password_hash=password_hash,
            code=self._new_code(),
        )
        self._accounts.create(account, audit=self._event(AuditAction.REGISTERED, account))
        self._users.sign_up(account.id, email=email.canonical, password=password.value)

    def _register_again(self, known: Account, password: NewPassword, display_name: DisplayName | None, password_hash: str) -> None:
        """The row is closed while the user is replaced: without a code in it nothing can be confirmed that is about to be deleted.

        The event goes with the closing, after which the registration before counts no more, whatever comes of this one.
        """
        now = self._clock.now()
        closed = replace(known.with_code(None, at=now), display_name=display_name, password_hash=None)
        self._accounts.replace(closed, expected=known.revision, audit=self._event(AuditAction.REGISTERED, closed))
        with suppress(NotFound):
            self._users.delete(known.id)
        self._users.sign_up(known.id, email=known.email.canonical, password=password.value)
        opened = replace(closed.with_code(self._new_code(), at=self._clock.now()), password_hash=password_hash)
        with suppress(VersionConflict):  # registered again meanwhile: the later one counts
            self._accounts.replace(opened, expected=closed.revision, audit=None)

    def _tell_owner(self, known: Account) -> None:
        """The write changes nothing that counts and costs what the other branches' writes cost."""
        self._accounts.replace(replace(known, code=self._new_code()), expected=known.revision, audit=None)
        self._letters.send_already_registered(known)

    def resend(self, email: EmailAddress) -> None:
        """As `IdentityProvider.resend`. Tries are given when Cognito has sent a new code, never for the one before."""
        account = self._find(email)
        waiting = account if account is not None and self._waits(account) else None
        try:
            self._users.resend(waiting.id if waiting else self._ids.new())
        except NotFound:
            return
        except LimitExceeded:  # nobody but an account that waits can meet this: it must not show
            _LOG.warning("a code was not sent")
            return
        if waiting is not None:
            self._give_tries(waiting)

    def _waits(self, account: Account) -> bool:
        """Whether a code may be sent: not while a registration replaces the user, but again when it broke off."""
        is_closed = account.code is None and self._clock.now() < account.updated_at + _UNDER_WAY
        return account.status is AccountStatus.UNCONFIRMED and not is_closed

    def _give_tries(self, account: Account) -> None:
        for _ in range(_ROUNDS):
            code = self._new_code() if account.code is None else self._new_code(account.code.digest)
            try:
                self._accounts.replace(account.with_code(code, at=self._clock.now()), expected=account.revision, audit=None)
            except VersionConflict:
                account = self._reread(account)
                if not self._waits(account):
                    return  # confirmed, or registered again, a moment ago
                continue
            return

    def confirm(self, email: EmailAddress, code: str, *, network: str) -> None:
        """As `IdentityProvider.confirm`. What has not the form of a code costs no try of the code."""
        self._failures.check(account=email.canonical, network=network)
        try:
            reserved = self._reserve_try(email) if _CODE.fullmatch(code) else None
            self._users.confirm(reserved.id if reserved else self._ids.new(), code if reserved else _NO_CODE)
            self._note_confirmation(reserved)
        except InvalidCode:
            self._failures.count(account=email.canonical, network=network)
            raise

    def _reserve_try(self, email: EmailAddress) -> Account | None:
        """Take one of the code's tries, before it is known how it ends; None where there is nothing to try."""
        for _ in range(_ROUNDS):
            account, now = self._find(email), self._clock.now()
            if account is None or account.status is not AccountStatus.UNCONFIRMED or account.code is None or not account.code.is_live(now):
                return None
            reserved = account.with_code(account.code.tried(), at=now)
            try:
                self._accounts.replace(reserved, expected=account.revision, audit=None)
            except VersionConflict:
                continue
            return reserved
        return None

    def _note_confirmation(self, account: Account | None) -> None:
        """Cognito took the code. Raises `InvalidCode` when the user that it was for has been replaced meanwhile."""
        if account is None:
            raise InvalidCode  # nobody has the id that was asked about
        held = account
        for _ in range(_ROUNDS):
            confirmed = self._confirmed(held)
            try:
                self._accounts.replace(confirmed, expected=held.revision, audit=self._event(AuditAction.CONFIRMED, confirmed))
            except VersionConflict:
                held = self._reread(account)
                if held.status is not AccountStatus.UNCONFIRMED:
                    return  # a sign-in was faster
                if _registration(held) != _registration(account):
                    raise InvalidCode from None
                continue
            return
        raise Unavailable

    def authenticate(self, email: EmailAddress, password: str, *, network: str) -> SignIn:
        """As `IdentityProvider.authenticate`. Failures are looked at again when Cognito has said yes, so that guesses made at the
        same time count as if made one after another; tokens that came with a yes too many are handed to nobody."""
        self._failures.check(account=email.canonical, network=network)
        account, typed = self._find(email), typed_password(password)
        may_sign_in = account is not None and account.status is not AccountStatus.DISABLED
        try:
            granted = self._users.sign_in(account.id if account and may_sign_in else self._ids.new(), typed)
        except (InvalidCredentials, NotConfirmed) as refusal:
            self._refuse(email, account if isinstance(refusal, NotConfirmed) else None, typed, network=network)
        if account is None:
            raise InvalidCredentials  # nobody has the id that was asked about
        self._failures.check(account=email.canonical, network=network)
        return _sign_in(self._mended(account), granted)

    def _refuse(self, email: EmailAddress, waiting: Account | None, password: str, *, network: str) -> NoReturn:
        """Every refusal costs a hash. Raises `NotConfirmed` after the right password of an unconfirmed account, else
        `InvalidCredentials`; `Locked`."""
        if self._hasher.verify(password, waiting.password_hash if waiting else None):
            self._failures.check(account=email.canonical, network=network)
            raise NotConfirmed
        if waiting is not None and waiting.status is not AccountStatus.UNCONFIRMED:
            _LOG.error("a confirmed account is unconfirmed in the user pool", extra={"user": waiting.id})
        self._failures.count(account=email.canonical, network=network)
        raise InvalidCredentials

    def _mended(self, account: Account) -> Account:
        """The account as its password proves it to be: confirmed. Raises `Unavailable` when it was registered again meanwhile."""
        if account.status is AccountStatus.CONFIRMED:
            return account
        confirmed = self._confirmed(account)
        try:
            self._accounts.replace(confirmed, expected=account.revision, audit=self._event(AuditAction.CONFIRMED, confirmed))
        except VersionConflict:
            confirmed = self._reread(account)
            if confirmed.status is not AccountStatus.CONFIRMED:
                raise Unavailable from None
        return confirmed

    def _confirmed(self, account: Account) -> Account:
        return replace(account.confirmed(self._clock.now()), password_hash=None)

    def _event(self, action: AuditAction, account: Account) -> AuditEvent:
        return new_event(self._ids, action, account.id, at=account.updated_at)

    def _new_code(self, registration: str | None = None) -> PendingCode:
        """A code that Cognito knows. In place of its digest stands which registration it belongs to."""
        return PendingCode(registration or self._ids.new(), self._clock.now() + CODE_LIFE)

    def _reread(self, account: Account) -> Account:
        try:
            return self._accounts.get(account.id)
        except NotFound:
            raise Unavailable from None  # erased a moment ago: a second try finds nobody

    def _find(self, email: EmailAddress) -> Account | None:
        try:
            return self._accounts.find(email.canonical)
        except NotFound:
            return None


def _registration(account: Account) -> str | None:
    return account.code.digest if account.code else None


def _sign_in(account: Account, granted: Granted) -> SignIn:
    return SignIn(account, grant=granted.refresh, session_id=granted.session_id, access=granted.access)
