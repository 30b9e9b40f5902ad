"""A composition root for tests: the shipped factories and assembly over one family, with a clock that tests move and nothing slow."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.password_hasher import MemoryPasswordHasher
from demobackend.adapters.memory.random_source import SeededRandom
from demobackend.adapters.memory.text_extractor import MemoryTextExtractor
from demobackend.adapters.memory.tokens import MemoryTokens
from demobackend.api.dispatch import Dispatch
from demobackend.api.gate import Rules
from demobackend.api.models.service import VersionOut
from demobackend.api.openapi import CONTRACT, document
from demobackend.api.operation import AreaName
from demobackend.api.service import Readiness, Service
from demobackend.composition import assemble
from demobackend.composition.assemble import Ports
from demobackend.composition.factories import local, memory
from demobackend.composition.settings import Profile, Settings
from demobackend.domain.model.usage import Plan
from demobackend.domain.use_cases.areas import Events, Files, Search, Users
from demobackend.domain.use_cases.events.note_arrival import NoteArrival
from demobackend.domain.use_cases.events.process_changes import ProcessChanges
from demobackend.domain.use_cases.users.authenticate import Authenticate
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
    """The ports that keep something, of one family, and what must not repeat itself over them, however many worlds use them."""

    ids: SequentialIds
    random: SeededRandom
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
    decoy: Mailer
    close: Callable[[], None]


def memory_stores(clock: ManualClock) -> Stores:
    """The memory family."""
    settings = Settings(profile=Profile.MEMORY, base_url=BASE_URL)
    ids, secrets, mailer = SequentialIds(clock), memory.secrets(), memory.mailer(clock)
    blobs = memory.blobs(local.signer(settings, secrets, clock), clock)
    feed, trail = memory.feed(ids), memory.trail()
    return Stores(
        ids=ids,
        random=SeededRandom(1),
        secrets=secrets,
        blobs=blobs,
        gateway=blobs,
        feed=feed,
        catalog=memory.catalog(feed),
        index=memory.index(),
        accounts=memory.accounts(trail),
        sessions=memory.sessions(trail),
        audit=trail,
        idempotency=memory.idempotency(),
        failures=memory.limiter(),
        mailer=mailer,
        mailbox=mailer,
        decoy=memory.decoy(clock),
        close=lambda: None,
    )


def local_stores(clock: ManualClock, folder: Path) -> Stores:
    """The durable local family, in a folder of its own, or in a copy of one that it was closed in."""
    settings = Settings(profile=Profile.LOCAL, base_url=BASE_URL, data=folder)
    ids, secrets, mailer = SequentialIds(clock), local.secrets(settings), local.mailer(settings, clock)
    blobs = local.blobs(settings, local.signer(settings, secrets, clock), clock)
    database = local.database(settings)
    return Stores(
        ids=ids,
        random=SeededRandom(1),
        secrets=secrets,
        blobs=blobs,
        gateway=blobs,
        feed=local.feed(database, ids),
        catalog=local.catalog(database, ids),
        index=local.index(database),
        accounts=local.accounts(database),
        sessions=local.sessions(database),
        audit=local.trail(database),
        idempotency=local.idempotency(database),
        failures=local.failure_limiter(database),
        mailer=mailer,
        mailbox=mailer,
        decoy=local.decoy(settings, clock),
        close=database.close,
    )


class World:
    """The areas over some stores. `wrap` is put around every port that a use case is given; the stores themselves stay bare."""

    def __init__(self, stores: Stores, clock: ManualClock, *, wrap: Wrap = bare, plan: Plan | None = None, rules: Rules = _RULES) -> None:
        self.stores = stores
        self.clock = clock
        self.plan = plan or Plan()
        self.wrap = wrap
        tokens = MemoryTokens(stores.secrets, SequentialIds(clock), timedelta(minutes=15))
        issuer: TokenIssuer = wrap(tokens, "issuer")
        verifier: TokenVerifier = wrap(tokens, "verifier")
        extractor: TextExtractor = wrap(MemoryTextExtractor(), "extractor")
        feed: ChangeFeed = wrap(stores.feed, "feed")
        self.ports = Ports(
            clock=lambda: clock,
            ids=_once(stores.ids),
            secrets=_once(wrap(stores.secrets, "secrets")),
            blobs=_once(wrap(stores.blobs, "blobs")),
            catalog=_once(wrap(stores.catalog, "catalog")),
            accounts=_once(wrap(stores.accounts, "accounts")),
            sessions=_once(wrap(stores.sessions, "sessions")),
            identity=_once(wrap(self._identity(), "identity")),
            issuer=lambda: issuer,
            verifier=lambda: verifier,
            index=_once(wrap(stores.index, "index")),
            extractor=lambda: extractor,
            idempotency=_once(wrap(stores.idempotency, "idempotency")),
            limiter=_once(wrap(memory.limiter(), "limiter")),
        )
        self.files: Files = assemble.files(self.ports, self.plan)
        self.users: Users = assemble.users(self.ports, self.plan)
        self.search: Search = assemble.search(self.ports)
        self.events: Events = assemble.events(self.ports)
        self.process_changes = ProcessChanges(feed, self.events.handle_change, clock)
        self.note_arrival = NoteArrival(feed, clock)
        self.authenticate = Authenticate(verifier, self.ports.sessions(), clock)
        self.dispatch = Dispatch(assemble.gate(self.ports, rules), self._areas(verifier))

    def _areas(self, verifier: TokenVerifier) -> dict[AreaName, object]:
        version = VersionOut(version="0", contract=CONTRACT, python="3", stores={})
        service = Service(readiness=Readiness((), self.clock), version=version, openapi=document, verifier=verifier)
        return {AreaName.SERVICE: service, AreaName.USERS: self.users, AreaName.FILES: self.files, AreaName.SEARCH: self.search}

    def _identity(self) -> IdentityProvider:
        stores, wrap, limits = self.stores, self.wrap, Settings().limits
        hasher: PasswordHasher = wrap(MemoryPasswordHasher(), "hasher")
        counts = wrap(stores.failures, "failures")
        mailer, decoy = wrap(stores.mailer, "mailer"), wrap(stores.decoy, "decoy")
        return assemble.own_identity(
            accounts=wrap(stores.accounts, "accounts"),
            hasher=hasher,
            letters=assemble.letters(limits, counts, mailer=mailer, decoy=decoy, ids=stores.ids, clock=self.clock),
            failures=assemble.lockout(limits, counts, self.clock),
            random=stores.random,
            ids=stores.ids,
            clock=self.clock,
        )


def _once[P](port: P) -> Callable[[], P]:
    return lambda: port
