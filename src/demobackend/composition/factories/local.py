"""One typed function per adapter that needs nothing but this machine; each imports its technology only when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from demobackend.composition.late import late

if TYPE_CHECKING:
    from demobackend.adapters.filesystem.blob_store import FilesystemBlobStore
    from demobackend.adapters.filesystem.mailer import FilesystemMailer
    from demobackend.adapters.filesystem.secrets import FilesystemSecrets
    from demobackend.adapters.jwt.token_issuer import JwtIssuer
    from demobackend.adapters.jwt.token_verifier import JwtVerifier
    from demobackend.adapters.signed_urls import UrlSigner
    from demobackend.adapters.sqlite.change_feed import SqliteChangeFeed
    from demobackend.adapters.sqlite.database import Database
    from demobackend.adapters.sqlite.file_catalog import SqliteFileCatalog
    from demobackend.composition.settings import Settings
    from demobackend.ports.account_store import AccountStore
    from demobackend.ports.audit_trail import AuditTrail
    from demobackend.ports.clock import Clock
    from demobackend.ports.idempotency_store import IdempotencyStore
    from demobackend.ports.ids import Ids
    from demobackend.ports.mailer import Mailer
    from demobackend.ports.password_hasher import PasswordHasher
    from demobackend.ports.probe import Probe
    from demobackend.ports.random_source import RandomSource
    from demobackend.ports.rate_limiter import RateLimiter
    from demobackend.ports.search_index import SearchIndex
    from demobackend.ports.secrets import Secrets
    from demobackend.ports.session_store import SessionStore
    from demobackend.ports.signing_keys import SigningKeys
    from demobackend.ports.text_extractor import TextExtractor


def clock() -> Clock:
    """The machine's clock."""
    from demobackend.adapters.system.clock import SystemClock

    return SystemClock()


def ids(clock: Clock) -> Ids:
    """UUIDv7s."""
    from demobackend.adapters.system.ids import SystemIds

    return SystemIds(clock)


def random() -> RandomSource:
    """The machine's secure source."""
    from demobackend.adapters.system.random_source import SystemRandom

    return SystemRandom()


def folder(settings: Settings, *names: str) -> Path:
    """A folder of the data directory, made when it is missing and readable by its owner only."""
    path = settings.data.absolute().joinpath(*names)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def database(settings: Settings) -> Database:
    """The embedded database, brought up to date."""
    from demobackend.adapters.sqlite.database import Database

    return Database.open(folder(settings) / "demobackend.db")


def secrets(settings: Settings) -> FilesystemSecrets:
    """Keys in files."""
    from demobackend.adapters.filesystem.secrets import FilesystemSecrets

    return FilesystemSecrets(folder(settings, "keys"))


def signing_keys(settings: Settings) -> SigningKeys:
    """Signing keys in files."""
    from demobackend.adapters.filesystem.signing_keys import FilesystemSigningKeys

    return FilesystemSigningKeys(folder(settings, "keys"), token_life=settings.tokens.life)


def signer(settings: Settings, secrets: Secrets, clock: Clock) -> UrlSigner:
    """Signs and permits blob requests to our own server."""
    from demobackend.adapters.signed_urls import UrlSigner

    return UrlSigner(settings.base_url, secrets, clock)


def blobs(settings: Settings, signer: UrlSigner, clock: Clock) -> FilesystemBlobStore:
    """Bytes in files."""
    from demobackend.adapters.filesystem.blob_store import FilesystemBlobStore

    return FilesystemBlobStore(folder(settings, "blobs"), signer, clock)


def feed(database: Database, ids: Ids) -> SqliteChangeFeed:
    """The change feed in the database."""
    from demobackend.adapters.sqlite.change_feed import SqliteChangeFeed

    return SqliteChangeFeed(database, ids)


def catalog(database: Database, ids: Ids) -> SqliteFileCatalog:
    """The catalogue in the database."""
    from demobackend.adapters.sqlite.file_catalog import SqliteFileCatalog

    return SqliteFileCatalog(database, ids)


def index(database: Database) -> SearchIndex:
    """The search index in the database."""
    from demobackend.adapters.sqlite.search_index import SqliteSearchIndex

    return SqliteSearchIndex(database)


def trail(database: Database) -> AuditTrail:
    """Audit events in the database."""
    from demobackend.adapters.sqlite.audit_trail import SqliteAuditTrail

    return SqliteAuditTrail(database)


def accounts(database: Database) -> AccountStore:
    """Accounts in the database."""
    from demobackend.adapters.sqlite.account_store import SqliteAccountStore

    return SqliteAccountStore(database)


def sessions(database: Database) -> SessionStore:
    """Sessions in the database."""
    from demobackend.adapters.sqlite.session_store import SqliteSessionStore

    return SqliteSessionStore(database)


def idempotency(database: Database) -> IdempotencyStore:
    """Idempotency keys in the database."""
    from demobackend.adapters.sqlite.idempotency_store import SqliteIdempotencyStore

    return SqliteIdempotencyStore(database)


def failure_limiter(database: Database) -> RateLimiter:
    """Counts in the database: they outlive restarts, as lockouts must."""
    from demobackend.adapters.sqlite.rate_limiter import SqliteRateLimiter

    return SqliteRateLimiter(database)


def mailer(settings: Settings, clock: Clock) -> FilesystemMailer:
    """Mail in files."""
    from demobackend.adapters.filesystem.mailer import FilesystemMailer

    return FilesystemMailer(folder(settings, "mail"), clock)


def decoy(settings: Settings, clock: Clock) -> Mailer:
    """Mail in files that nobody is shown."""
    from demobackend.adapters.filesystem.mailer import FilesystemMailer
    from demobackend.adapters.memory.decoy_mailer import DecoyMailer

    root = folder(settings, "decoy")

    def empty() -> FilesystemMailer:
        for mail in root.glob("*.eml"):  # one by one, as other processes may be writing theirs
            mail.unlink(missing_ok=True)
        return FilesystemMailer(root, clock)

    return DecoyMailer(empty)


@late
def hasher(settings: Settings) -> PasswordHasher:
    """Argon2id."""
    from demobackend.adapters.argon2.password_hasher import Argon2PasswordHasher

    cost = settings.password_hash
    return Argon2PasswordHasher(memory_kib=cost.memory_kib, passes=cost.passes, lanes=cost.lanes)


def issuer(settings: Settings, keys: SigningKeys, ids: Ids) -> JwtIssuer:
    """RS256 tokens."""
    from demobackend.adapters.jwt.token_issuer import JwtIssuer

    tokens = settings.tokens
    return JwtIssuer(keys, ids, issuer=tokens.issuer, client_id=tokens.client_id, life=tokens.life)


def verifier(settings: Settings, keys: SigningKeys, clock: Clock) -> JwtVerifier:
    """Believes RS256 tokens of our own."""
    from demobackend.adapters.jwt.token_verifier import JwtVerifier

    return JwtVerifier(keys, issuer=settings.tokens.issuer, client_id=settings.tokens.client_id, clock=clock)


def extractor(settings: Settings) -> TextExtractor:
    """Text by a limited subprocess."""
    from demobackend.adapters.extraction.text_extractor import Limits, SubprocessTextExtractor

    chosen = settings.extraction
    limits = Limits(cpu_seconds=chosen.cpu_seconds, wall_seconds=chosen.wall_seconds, memory_bytes=chosen.memory_mib * 1024**2)
    return SubprocessTextExtractor(limits)


def database_probe(database: Database) -> Probe:
    """Asks the database."""
    from demobackend.adapters.sqlite.probe import SqliteProbe

    return SqliteProbe(database)


def folder_probe(settings: Settings) -> Probe:
    """Asks the data directory."""
    from demobackend.adapters.filesystem.probe import FilesystemProbe

    return FilesystemProbe(folder(settings))
