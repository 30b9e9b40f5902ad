"""Our own identity provider, over any account store, hasher and mailer: what Amazon Cognito does elsewhere."""

from dataclasses import dataclass

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
from demobackend.domain.use_cases.users.idle_write import write_nothing
from demobackend.domain.use_cases.users.letters import Letters
from demobackend.ports.account_store import AccountStore
from demobackend.ports.clock import Clock
from demobackend.ports.ids import Ids
from demobackend.ports.password_hasher import PasswordHasher
from demobackend.ports.random_source import RandomSource

_ROUNDS = 12  # more than the tries a code has, so that rivals for one code always come to an end


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnIdentity:
    """Implements `IdentityProvider`. A call that must not tell whom an address belongs to does the same work for every address: the
    same hashes, reads, writes and mails, in vain where there is nothing to do. `accounts` and the counts share a store.
    """

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
        is_admitted = self.letters.admits(email)
        for _ in range(_ROUNDS):
            try:
                self._register(email, password_hash, display_name, is_admitted=is_admitted)
            except (AlreadyExists, VersionConflict, NotFound):
                continue
            return
        raise Unavailable

    def _register(self, email: EmailAddress, password_hash: str, display_name: DisplayName | None, *, is_admitted: bool) -> None:
        known, code = self._find(email), self.random.digits(CODE_DIGITS)
        account = self._unconfirmed(email, known, password_hash, display_name, code)
        if not is_admitted:  # nobody could confirm what is written now, and the code that was sent last stays good
            self._pretend(account, code)
        elif known is not None and known.status is not AccountStatus.UNCONFIRMED:
            self._write_nothing()
            self.letters.send_already_registered(known)
        else:
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

    def _stranger(self, email: EmailAddress, code: str) -> Account:
        """An account that nobody has, for work in vain."""
        return self._unconfirmed(email, None, "", None, code)

    def resend(self, email: EmailAddress) -> None:
        """See the port."""
        is_admitted = self.letters.admits(email)
        known, code = self._find(email), self.random.digits(CODE_DIGITS)
        if known is None:
            self._pretend(self._stranger(email, code), code)
            return
        renewed = known.with_code(self._pending(known.id, code), at=self.clock.now())
        if not is_admitted or known.status is not AccountStatus.UNCONFIRMED:
            self._pretend(renewed, code)
            return
        try:
            self.accounts.replace(renewed, expected=known.revision, audit=None)
        except VersionConflict:
            self._pretend(renewed, code)  # confirmed, or sent another code, a moment ago
            return
        self.letters.send_code(renewed, code)

    def _pretend(self, account: Account, code: str) -> None:
        """What it costs to keep an account and to mail its code."""
        self._write_nothing()
        self.letters.pretend_to_send(account, code)

    def _write_nothing(self) -> None:
        write_nothing(self.failures.limiter, self.ids, self.clock)

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
        known, now = self._find(email), self.clock.now()
        account = known or self._stranger(email, self.random.digits(CODE_DIGITS))
        pending = account.code or PendingCode("", now, tries_left=0)
        is_right, tried = pending.opens_with(code, salt=account.id), account.with_code(pending.tried(), at=now)
        if known is None or known.status is not AccountStatus.UNCONFIRMED or not pending.is_live(now):
            self._write_nothing()
            self._refuse(email, network)
        elif is_right:
            self.failures.check(account=email.canonical, network=network)
            event = new_event(self.ids, AuditAction.CONFIRMED, account.id, at=now)
            self.accounts.replace(account.confirmed(now), expected=account.revision, audit=event)
        else:
            self.accounts.replace(tried, expected=account.revision, audit=None)
            self._refuse(email, network)

    def _refuse(self, email: EmailAddress, network: str) -> None:
        self.failures.count(account=email.canonical, network=network)
        raise InvalidCode

    def authenticate(self, email: EmailAddress, password: str, *, network: str) -> SignIn:
        """See the port. An unknown address costs a hash too."""
        self.failures.check(account=email.canonical, network=network)
        account = self._find(email)
        typed = typed_password(password)
        is_right = self.hasher.verify(typed, account.password_hash if account else None)
        if not is_right or account is None or account.status is AccountStatus.DISABLED:
            self.failures.count(account=email.canonical, network=network)
            raise InvalidCredentials
        self.failures.check(account=email.canonical, network=network)
        if account.status is AccountStatus.UNCONFIRMED:
            raise NotConfirmed
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
