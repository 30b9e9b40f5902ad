"""Wrong stores of accounts and sessions, password hashers, access tokens and identity providers."""

import dataclasses
import hmac
from datetime import datetime
from hashlib import sha256

from demobackend.adapters.memory.account_store import MemoryAccountStore
from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.password_hasher import MemoryPasswordHasher
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.memory.session_store import MemorySessionStore
from demobackend.adapters.memory.tokens import MemoryTokens
from demobackend.domain.model.account import Account
from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.errors import AlreadyExists, NotFound, Unauthenticated, VersionConflict
from demobackend.domain.model.ids import SessionId
from demobackend.domain.model.session import Session
from demobackend.domain.model.tokens import AccessToken, Claims
from demobackend.ports.account_store import AccountStore
from demobackend.ports.password_hasher import PasswordHasher
from demobackend.ports.session_store import SessionStore
from demobackend.testing.contracts.access_tokens import AccessTokensContract, TokenPair
from demobackend.testing.contracts.account_store import AccountStoreContract
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.password_hasher import PasswordHasherContract
from demobackend.testing.contracts.session_store import SessionStoreContract
from demobackend.testing.samples import MINUTE, NOON


class _LeavesHalfAnAccount(MemoryAccountStore):
    def create(self, account: Account, *, audit: AuditEvent) -> None:
        try:
            super().create(account, audit=audit)
        except AlreadyExists:
            self._accounts.setdefault(account.id, account)
            raise


class _LastAccountWins(MemoryAccountStore):
    def replace(self, account: Account, *, expected: int, audit: AuditEvent | None) -> None:
        super().replace(account, expected=self.get(account.id).revision, audit=audit)


class _ForgetsRoles(MemoryAccountStore):
    def create(self, account: Account, *, audit: AuditEvent) -> None:
        super().create(dataclasses.replace(account, roles=frozenset()), audit=audit)


class _LooksForTheAddressFirst(MemoryAccountStore):
    def create(self, account: Account, *, audit: AuditEvent) -> None:
        if account.email.canonical in self._ids_by_email or account.id in self._accounts:
            raise AlreadyExists
        self._accounts[account.id] = account
        self._ids_by_email[account.email.canonical] = account.id


class LeavesHalfAnAccount(AccountStoreContract):
    """The row is written before the address is found to be taken."""

    def empty_store(self) -> AccountStore:
        return _LeavesHalfAnAccount(MemoryAuditTrail())


class ReplacesAnyAccount(AccountStoreContract):
    """Does not look at the expected revision."""

    def empty_store(self) -> AccountStore:
        return _LastAccountWins(MemoryAuditTrail())


class ForgetsRoles(AccountStoreContract):
    """A column is missing."""

    def empty_store(self) -> AccountStore:
        return _ForgetsRoles(MemoryAuditTrail())


class ChecksTheAddressOutsideTheTransaction(AccountStoreContract):
    """Looks whether an address is free, and takes it afterwards."""

    def empty_store(self) -> AccountStore:
        return _LooksForTheAddressFirst(MemoryAuditTrail())


class _LooksThenReplaces(MemorySessionStore):
    def replace(self, session: Session, *, expected: int, audit: AuditEvent | None) -> None:
        if self.get(session.id).revision != expected:
            raise VersionConflict
        self._sessions[session.id] = session


class _Upserts(MemorySessionStore):
    def create(self, session: Session, *, audit: AuditEvent) -> None:
        self._sessions[session.id] = session


class _HidesEndedOnes(MemorySessionStore):
    def get(self, session_id: SessionId) -> Session:
        session = super().get(session_id)
        if session.ended_at is not None:
            raise NotFound
        return session


class ComparesAndReplacesInTwoSteps(SessionStoreContract):
    """Two refreshes of one token both win."""

    def empty_store(self) -> SessionStore:
        return _LooksThenReplaces(MemoryAuditTrail())


class CreatesOverAnExistingSession(SessionStoreContract):
    """A put where an insert should be."""

    def empty_store(self) -> SessionStore:
        return _Upserts(MemoryAuditTrail())


class ForgetsEndedSessions(SessionStoreContract):
    """Reuse of an ended family's token looks like an unknown one."""

    def empty_store(self) -> SessionStore:
        return _HidesEndedOnes(MemoryAuditTrail())


class TruncatingHasher(MemoryPasswordHasher):
    """Reads 72 bytes of a password, as bcrypt does."""

    def hash(self, password: str) -> str:
        return super().hash(_first_bytes(password))

    def verify(self, password: str, password_hash: str | None) -> bool:
        return super().verify(_first_bytes(password), password_hash)


class _StopsAtNul(MemoryPasswordHasher):
    def hash(self, password: str) -> str:
        return super().hash(password.partition("\0")[0])

    def verify(self, password: str, password_hash: str | None) -> bool:
        return super().verify(password.partition("\0")[0], password_hash)


class _TakesNoneForEmpty(MemoryPasswordHasher):
    def verify(self, password: str, password_hash: str | None) -> bool:
        return password == "" if password_hash is None else super().verify(password, password_hash)


class _WithoutSalt(MemoryPasswordHasher):
    def hash(self, password: str) -> str:
        return f"sha256${sha256(password.encode()).hexdigest()}"

    def verify(self, password: str, password_hash: str | None) -> bool:
        return password_hash is not None and hmac.compare_digest(self.hash(password), password_hash)

    def is_outdated(self, password_hash: str) -> bool:
        return not password_hash.startswith("sha256$")


def _first_bytes(password: str) -> str:
    return password.encode()[:72].decode(errors="ignore")


class TruncatesPasswords(PasswordHasherContract):
    """Only the first 72 bytes count."""

    def hasher(self) -> PasswordHasher:
        return TruncatingHasher(cost=1)


class StopsAtANul(PasswordHasherContract):
    """A password is a C string."""

    def hasher(self) -> PasswordHasher:
        return _StopsAtNul(cost=1)


class LetsTheEmptyPasswordIn(PasswordHasherContract):
    """No hash is taken for no password."""

    def hasher(self) -> PasswordHasher:
        return _TakesNoneForEmpty(cost=1)


class HashesWithoutSalt(PasswordHasherContract):
    """Equal passwords have equal hashes."""

    def hasher(self) -> PasswordHasher:
        return _WithoutSalt(cost=1)


class _BelievesForEver(MemoryTokens):
    def verify(self, token: str, *, at: datetime) -> Claims:
        return super().verify(token, at=min(at, NOON + MINUTE))


class _SignsNothing(MemoryTokens):
    def __init__(self) -> None:
        super().__init__(MemorySecrets(), SequentialIds(ManualClock()), 15 * MINUTE)
        self._signed: dict[str, str] = {}

    def issue(self, account: Account, session: Session, *, at: datetime) -> AccessToken:
        issued = super().issue(account, session, at=at)
        self._signed[issued.text.rpartition(".")[0]] = issued.text
        return issued

    def verify(self, token: str, *, at: datetime) -> Claims:
        return super().verify(self._signed.get(token.rpartition(".")[0], token), at=at)


class _CrownsEveryone(MemoryTokens):
    def verify(self, token: str, *, at: datetime) -> Claims:
        return dataclasses.replace(super().verify(token, at=at), roles=frozenset({SiteRole.ADMIN}))


class _SaysWhy(MemoryTokens):
    def verify(self, token: str, *, at: datetime) -> Claims:
        claims = super().verify(token, at=NOON)
        if at >= claims.expires_at:
            raise Unauthenticated("The token has expired.")
        return super().verify(token, at=at)


class _ShowsItsKey(MemoryTokens):
    def key_set(self) -> dict[str, list[dict[str, str]]]:
        return {"keys": [{"kty": "oct", "k": self._keys()[0].hex()}]}


def _pair(kind: type[MemoryTokens], secrets: MemorySecrets | None = None) -> TokenPair:
    tokens = kind(secrets or MemorySecrets(), SequentialIds(ManualClock()), 15 * MINUTE)
    return TokenPair(issuer=tokens, verifier=tokens)


class BelievesExpiredTokens(AccessTokensContract):
    """The end of a token is not looked at."""

    def pair(self) -> TokenPair:
        return _pair(_BelievesForEver)


class BelievesUnsignedTokens(AccessTokensContract):
    """The signature is not looked at."""

    def pair(self) -> TokenPair:
        tokens = _SignsNothing()
        return TokenPair(issuer=tokens, verifier=tokens)


class MakesEveryoneAnAdmin(AccessTokensContract):
    """Roles come from somewhere else."""

    def pair(self) -> TokenPair:
        return _pair(_CrownsEveryone)


class SaysWhyATokenIsRefused(AccessTokensContract):
    """Refusals can be told apart."""

    def pair(self) -> TokenPair:
        return _pair(_SaysWhy)


class PublishesItsSecret(AccessTokensContract):
    """The key set holds the key itself."""

    def pair(self) -> TokenPair:
        return _pair(_ShowsItsKey)


class BelievesOtherIssuers(AccessTokensContract):
    """Every deployment signs with the same key."""

    def pair(self) -> TokenPair:
        return _pair(MemoryTokens, MemorySecrets(seed=b"default"))


MUTANTS: tuple[type[Contract], ...] = (
    LeavesHalfAnAccount,
    ReplacesAnyAccount,
    ForgetsRoles,
    ChecksTheAddressOutsideTheTransaction,
    ComparesAndReplacesInTwoSteps,
    CreatesOverAnExistingSession,
    ForgetsEndedSessions,
    TruncatesPasswords,
    StopsAtANul,
    LetsTheEmptyPasswordIn,
    HashesWithoutSalt,
    BelievesExpiredTokens,
    BelievesUnsignedTokens,
    MakesEveryoneAnAdmin,
    SaysWhyATokenIsRefused,
    PublishesItsSecret,
    BelievesOtherIssuers,
)
