"""A composition root for tests: whole areas over one family of adapters, with a clock that tests move."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from demobackend.adapters.memory.account_store import MemoryAccountStore
from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.adapters.memory.blob_store import MemoryBlobStore
from demobackend.adapters.memory.change_feed import MemoryChangeFeed
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.file_catalog import MemoryFileCatalog
from demobackend.adapters.memory.idempotency_store import MemoryIdempotencyStore
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.mailer import MemoryMailer
from demobackend.adapters.memory.password_hasher import MemoryPasswordHasher
from demobackend.adapters.memory.random_source import SeededRandom
from demobackend.adapters.memory.rate_limiter import MemoryRateLimiter
from demobackend.adapters.memory.search_index import MemorySearchIndex
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.memory.session_store import MemorySessionStore
from demobackend.adapters.memory.text_extractor import MemoryTextExtractor
from demobackend.adapters.memory.tokens import MemoryTokens
from demobackend.adapters.signed_urls import UrlSigner
from demobackend.api.dispatch import Dispatch
from demobackend.api.gate import Rules
from demobackend.api.models.service import VersionOut
from demobackend.api.openapi import CONTRACT, document
from demobackend.api.operation import AreaName
from demobackend.api.service import Readiness, Service
from demobackend.composition import assemble
from demobackend.composition.assemble import Ports
from demobackend.domain.model.usage import Plan
from demobackend.domain.use_cases.areas import Events, Files, Search, Users
from demobackend.domain.use_cases.events.process_changes import ProcessChanges
from demobackend.domain.use_cases.users.authenticate import Authenticate
from demobackend.domain.use_cases.users.failures import Failures
from demobackend.domain.use_cases.users.letters import Letters
from demobackend.domain.use_cases.users.own_identity import OwnIdentity
from demobackend.ports.account_store import AccountStore
from demobackend.ports.audit_trail import AuditTrail
from demobackend.ports.blob_gateway import BlobGateway
from demobackend.ports.blob_store import BlobStore
from demobackend.ports.change_feed import ChangeFeed
from demobackend.ports.file_catalog import FileCatalog
from demobackend.ports.idempotency_store import IdempotencyStore
from demobackend.ports.identity_provider import IdentityProvider
from demobackend.ports.mailbox import Mailbox
from demobackend.ports.mailer import Mailer
from demobackend.ports.password_hasher import PasswordHasher
from demobackend.ports.rate_limiter import RateLimiter
from demobackend.ports.search_index import SearchIndex
from demobackend.ports.secrets import Secrets
from demobackend.ports.session_store import SessionStore
from demobackend.ports.text_extractor import TextExtractor
from demobackend.ports.token_issuer import TokenIssuer
from demobackend.ports.token_verifier import TokenVerifier

BASE_URL = "http://127.0.0.1:8787"
_RULES = Rules()


class Wrap(Protocol):
    """Puts something around a port, such as a fault, or gives it back as it is."""

    def __call__[P](self, port: P, name: str) -> P: ...


def bare[P](port: P, name: str) -> P:
    """No wrapping."""
    return port


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The ports that keep something, of one family."""

    secrets: Secrets
    blobs: BlobStore
    gateway: BlobGateway
    feed: ChangeFeed
    catalog: FileCatalog
    index: SearchIndex
    accounts: AccountStore
    sessions: SessionStore
    audit: AuditTrail
    idempotency: IdempotencyStore
    failures: RateLimiter
    mailer: Mailer
    mailbox: Mailbox
    close: Callable[[], None]


def memory_stores(clock: ManualClock) -> Stores:
    """The memory family."""
    secrets, ids, mailer = MemorySecrets(), SequentialIds(clock), MemoryMailer(clock)
    blobs = MemoryBlobStore(UrlSigner(BASE_URL, secrets, clock), clock)
    feed, trail = MemoryChangeFeed(ids), MemoryAuditTrail()
    return Stores(
        secrets=secrets,
        blobs=blobs,
        gateway=blobs,
        feed=feed,
        catalog=MemoryFileCatalog(feed),
        index=MemorySearchIndex(),
        accounts=MemoryAccountStore(trail),
        sessions=MemorySessionStore(trail),
        audit=trail,
        idempotency=MemoryIdempotencyStore(),
        failures=MemoryRateLimiter(),
        mailer=mailer,
        mailbox=mailer,
        close=lambda: None,
    )


def local_stores(clock: ManualClock, folder: Path) -> Stores:
    """The durable local family, in a folder of its own."""
    from demobackend.adapters.filesystem.blob_store import FilesystemBlobStore
    from demobackend.adapters.filesystem.mailer import FilesystemMailer
    from demobackend.adapters.filesystem.secrets import FilesystemSecrets
    from demobackend.adapters.sqlite.account_store import SqliteAccountStore
    from demobackend.adapters.sqlite.audit_trail import SqliteAuditTrail
    from demobackend.adapters.sqlite.change_feed import SqliteChangeFeed
    from demobackend.adapters.sqlite.database import Database
    from demobackend.adapters.sqlite.file_catalog import SqliteFileCatalog
    from demobackend.adapters.sqlite.idempotency_store import SqliteIdempotencyStore
    from demobackend.adapters.sqlite.rate_limiter import SqliteRateLimiter
    from demobackend.adapters.sqlite.search_index import SqliteSearchIndex
    from demobackend.adapters.sqlite.session_store import SqliteSessionStore

    for name in ("keys", "blobs", "mail"):
        (folder / name).mkdir(mode=0o700)
    database, ids = Database.open(folder / "demobackend.db"), SequentialIds(clock)
    secrets, mailer = FilesystemSecrets(folder / "keys"), FilesystemMailer(folder / "mail", clock)
    blobs = FilesystemBlobStore(folder / "blobs", UrlSigner(BASE_URL, secrets, clock), clock)
    return Stores(
        secrets=secrets,
        blobs=blobs,
        gateway=blobs,
        feed=SqliteChangeFeed(database, ids),
        catalog=SqliteFileCatalog(database, ids),
        index=SqliteSearchIndex(database),
        accounts=SqliteAccountStore(database),
        sessions=SqliteSessionStore(database),
        audit=SqliteAuditTrail(database),
        idempotency=SqliteIdempotencyStore(database),
        failures=SqliteRateLimiter(database),
        mailer=mailer,
        mailbox=mailer,
        close=database.close,
    )


class World:
    """The areas over some stores. `wrap` is put around every port that a use case is given; the stores themselves stay bare."""

    def __init__(self, stores: Stores, clock: ManualClock, *, wrap: Wrap = bare, plan: Plan | None = None, rules: Rules = _RULES) -> None:
        self.stores = stores
        self.clock = clock
        self.plan = plan or Plan()
        self._wrap = wrap
        ids, tokens = SequentialIds(clock), MemoryTokens(stores.secrets, SequentialIds(clock), timedelta(minutes=15))
        hasher, extractor, limiter = MemoryPasswordHasher(), MemoryTextExtractor(), MemoryRateLimiter()
        feed: ChangeFeed = wrap(stores.feed, "feed")
        self.ports = Ports(
            clock=lambda: clock,
            ids=lambda: ids,
            secrets=_once(wrap(stores.secrets, "secrets")),
            blobs=_once(wrap(stores.blobs, "blobs")),
            catalog=_once(wrap(stores.catalog, "catalog")),
            accounts=_once(wrap(stores.accounts, "accounts")),
            sessions=_once(wrap(stores.sessions, "sessions")),
            identity=_once(self._identity(hasher, ids)),
            issuer=_once(_issuer(wrap, tokens)),
            verifier=_once(_verifier(wrap, tokens)),
            index=_once(wrap(stores.index, "index")),
            extractor=_once(_extractor(wrap, extractor)),
            idempotency=_once(wrap(stores.idempotency, "idempotency")),
            limiter=_once(_limiter(wrap, limiter)),
        )
        self.files: Files = assemble.files(self.ports, self.plan)
        self.users: Users = assemble.users(self.ports, self.plan)
        self.search: Search = assemble.search(self.ports)
        self.events: Events = assemble.events(self.ports)
        self.process_changes = ProcessChanges(feed, self.events.handle_change, clock)
        self.authenticate = Authenticate(self.ports.verifier(), self.ports.sessions(), clock)
        self.dispatch = Dispatch(assemble.gate(self.ports, rules), self._areas(wrap(tokens, "verifier")))

    def _areas(self, verifier: TokenVerifier) -> dict[AreaName, object]:
        version = VersionOut(version="0", contract=CONTRACT, python="3", stores={})
        service = Service(readiness=Readiness((), self.clock), version=version, openapi=document, verifier=verifier)
        return {AreaName.SERVICE: service, AreaName.USERS: self.users, AreaName.FILES: self.files, AreaName.SEARCH: self.search}

    def _identity(self, hasher: PasswordHasher, ids: SequentialIds) -> IdentityProvider:
        stores, wrap = self.stores, self._wrap
        wrapped: PasswordHasher = wrap(hasher, "hasher")
        return OwnIdentity(
            accounts=wrap(stores.accounts, "accounts"),
            hasher=wrapped,
            letters=Letters(wrap(stores.mailer, "mailer"), ids),
            failures=Failures(wrap(stores.failures, "failures"), self.clock),
            random=SeededRandom(1),
            ids=ids,
            clock=self.clock,
        )


def _once[P](port: P) -> Callable[[], P]:
    return lambda: port


# The adapters below stand behind two ports, or are named by their class: these say which port a use case sees.
def _issuer(wrap: Wrap, tokens: TokenIssuer) -> TokenIssuer:
    return wrap(tokens, "issuer")


def _verifier(wrap: Wrap, tokens: TokenVerifier) -> TokenVerifier:
    return wrap(tokens, "verifier")


def _extractor(wrap: Wrap, extractor: TextExtractor) -> TextExtractor:
    return wrap(extractor, "extractor")


def _limiter(wrap: Wrap, limiter: RateLimiter) -> RateLimiter:
    return wrap(limiter, "limiter")
