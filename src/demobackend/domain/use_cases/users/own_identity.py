"""Our own identity provider, over any account store, hasher and mailer: what Amazon Cognito does elsewhere."""

from dataclasses import dataclass, replace

from demobackend.domain.model.account import (
    CODE_DIGITS,
    CODE_LIFE,
    Account,
    AccountStatus,
    DisplayName,
    NewPassword,
    PendingCode,
    SignIn,
    code_digest,
    typed_password,
)
from demobackend.domain.model.audit import AuditAction
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import (
    AlreadyExists,
    InvalidCode,
    InvalidCredentials,
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
from demobackend.ports.random_source import RandomSource

_ROUNDS = 12  # more than the tries a code has, so that rivals for one code always come to an end


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnIdentity:
    """Implements `IdentityProvider`. Every call costs the same for known and unknown addresses: one hash, one write, one mail."""

    accounts: AccountStore
    hasher: PasswordHasher
    letters: Letters
    failures: Failures
    random: RandomSource
    ids: Ids
    clock: Clock

    def register(self, email: EmailAddress, password: NewPassword, display_name: DisplayName | None) -> None:
        """See the port. A registration that loses a race is judged anew: its address is known by then."""
        password_hash = self.hasher.hash(password.value)
        for _ in range(_ROUNDS):
            try:
                self._register(email, password_hash, display_name)
            except (AlreadyExists, VersionConflict, NotFound):
                continue
            return
        raise Unavailable

    def _register(self, email: EmailAddress, password_hash: str, display_name: DisplayName | None) -> None:
        known = self._find(email)
        code = self.random.digits(CODE_DIGITS)
        if known is not None and known.status is not AccountStatus.UNCONFIRMED:
            # A code that nobody is sent and that confirms nothing: the write costs what the other branches' writes cost, and the
            # revision stays, so the account is as it was.
            self.accounts.replace(replace(known, code=self._pending(known.id, code)), expected=known.revision, audit=None)
            self.letters.send_already_registered(known)
            return
        account = self._unconfirmed(email, known, password_hash, display_name, code)
        event = new_event(self.ids, AuditAction.REGISTERED, account.id, at=account.updated_at)
        if known is None:
            self.accounts.create(account, audit=event)
        else:
            self.accounts.replace(account, expected=known.revision, audit=event)
        self.letters.send_code(account, code)

    def _unconfirmed(
        self, email: EmailAddress, known: Account | None, password_hash: str, display_name: DisplayName | None, code: str
    ) -> Account:
        now = self.clock.now()
        user_id = known.id if known else UserId(self.ids.new())
        return Account(
            id=user_id,
            email=email,
            status=AccountStatus.UNCONFIRMED,
            display_name=display_name,
            roles=frozenset(),
            created_at=known.created_at if known else now,
            updated_at=now,
            revision=known.revision + 1 if known else 1,
            password_hash=password_hash,
            code=self._pending(user_id, code),
        )

    def resend(self, email: EmailAddress) -> None:
        """See the port."""
        account = self._find(email)
        if account is None or account.status is not AccountStatus.UNCONFIRMED:
            return
        code = self.random.digits(CODE_DIGITS)
        renewed = account.with_code(self._pending(account.id, code), at=self.clock.now())
        try:
            self.accounts.replace(renewed, expected=account.revision, audit=None)
        except VersionConflict:
            return  # confirmed, or sent another code, a moment ago
        self.letters.send_code(renewed, code)

    def confirm(self, email: EmailAddress, code: str, *, network: str) -> None:
        """See the port. Judged on the account as read and written on condition, so of many right tries at once one wins."""
        self.failures.check(account=email.canonical, network=network)
        for _ in range(_ROUNDS):
            try:
                self._redeem(email, code, network=network)
            except VersionConflict:
                continue
            return
        raise InvalidCode

    def _redeem(self, email: EmailAddress, code: str, *, network: str) -> None:
        account, now = self._find(email), self.clock.now()
        pending = account.code if account else None
        if account is None or pending is None or account.status is not AccountStatus.UNCONFIRMED or not pending.is_live(now):
            self._refuse(email, network)
        elif pending.opens_with(code, salt=account.id):
            self.failures.check(account=email.canonical, network=network)
            event = new_event(self.ids, AuditAction.CONFIRMED, account.id, at=now)
            self.accounts.replace(account.confirmed(now), expected=account.revision, audit=event)
        else:
            self.accounts.replace(account.with_code(pending.tried(), at=now), expected=account.revision, audit=None)
            self._refuse(email, network)

    def _refuse(self, email: EmailAddress, network: str) -> None:
        self.failures.count(account=email.canonical, network=network)
        raise InvalidCode

    def authenticate(self, email: EmailAddress, password: str, *, network: str) -> SignIn:
        """See the port. An unknown address costs a hash too."""
        self.failures.check(account=email.canonical, network=network)
        account = self._find(email)
        typed = typed_password(password)
        if not self.hasher.verify(typed, account.password_hash if account else None) or account is None:
            self.failures.count(account=email.canonical, network=network)
            raise InvalidCredentials
        self.failures.check(account=email.canonical, network=network)
        if account.status is AccountStatus.UNCONFIRMED:
            raise NotConfirmed
        if account.status is AccountStatus.DISABLED:
            raise InvalidCredentials
        self._renew_hash(account, typed)
        return SignIn(account)

    def _renew_hash(self, account: Account, password: str) -> None:
        if account.password_hash is None or not self.hasher.is_outdated(account.password_hash):
            return
        renewed = account.with_password_hash(self.hasher.hash(password), at=self.clock.now())
        try:
            self.accounts.replace(renewed, expected=account.revision, audit=None)
        except VersionConflict:
            return  # another sign-in does it

    def _find(self, email: EmailAddress) -> Account | None:
        try:
            return self.accounts.find(email.canonical)
        except NotFound:
            return None

    def _pending(self, user_id: UserId, code: str) -> PendingCode:
        return PendingCode(code_digest(code, salt=user_id), self.clock.now() + CODE_LIFE)
