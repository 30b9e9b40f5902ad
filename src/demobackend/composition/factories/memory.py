"""One typed function per adapter that keeps all in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
    from demobackend.adapters.memory.blob_store import MemoryBlobStore
    from demobackend.adapters.memory.change_feed import MemoryChangeFeed
    from demobackend.adapters.memory.file_catalog import MemoryFileCatalog
    from demobackend.adapters.memory.mailer import MemoryMailer
    from demobackend.adapters.signed_urls import UrlSigner
    from demobackend.ports.account_store import AccountStore
    from demobackend.ports.clock import Clock
    from demobackend.ports.idempotency_store import IdempotencyStore
    from demobackend.ports.ids import Ids
    from demobackend.ports.mailer import Mailer
    from demobackend.ports.rate_limiter import RateLimiter
    from demobackend.ports.search_index import SearchIndex
    from demobackend.ports.secrets import Secrets
    from demobackend.ports.session_store import SessionStore
    from demobackend.ports.signing_keys import SigningKeys


def secrets() -> Secrets:
    """Keys that die with the process."""
    from demobackend.adapters.memory.secrets import MemorySecrets

    return MemorySecrets()


def blobs(signer: UrlSigner, clock: Clock) -> MemoryBlobStore:
    """Bytes in memory."""
    from demobackend.adapters.memory.blob_store import MemoryBlobStore

    return MemoryBlobStore(signer, clock)


def feed(ids: Ids) -> MemoryChangeFeed:
    """The change feed in memory."""
    from demobackend.adapters.memory.change_feed import MemoryChangeFeed

    return MemoryChangeFeed(ids)


def catalog(feed: MemoryChangeFeed) -> MemoryFileCatalog:
    """The catalogue in memory."""
    from demobackend.adapters.memory.file_catalog import MemoryFileCatalog

    return MemoryFileCatalog(feed)


def index() -> SearchIndex:
    """The search index in memory."""
    from demobackend.adapters.memory.search_index import MemorySearchIndex

    return MemorySearchIndex()


def trail() -> MemoryAuditTrail:
    """Audit events in memory."""
    from demobackend.adapters.memory.audit_trail import MemoryAuditTrail

    return MemoryAuditTrail()


def accounts(trail: MemoryAuditTrail) -> AccountStore:
    """Accounts in memory."""
    from demobackend.adapters.memory.account_store import MemoryAccountStore

    return MemoryAccountStore(trail)


def sessions(trail: MemoryAuditTrail) -> SessionStore:
    """Sessions in memory."""
    from demobackend.adapters.memory.session_store import MemorySessionStore

    return MemorySessionStore(trail)


def idempotency() -> IdempotencyStore:
    """Idempotency keys in memory."""
    from demobackend.adapters.memory.idempotency_store import MemoryIdempotencyStore

    return MemoryIdempotencyStore()


def limiter() -> RateLimiter:
    """Counts in memory."""
    from demobackend.adapters.memory.rate_limiter import MemoryRateLimiter

    return MemoryRateLimiter()


def mailer(clock: Clock) -> MemoryMailer:
    """Mail in a list."""
    from demobackend.adapters.memory.mailer import MemoryMailer

    return MemoryMailer(clock)


def decoy(clock: Clock) -> Mailer:
    """Mail that is soon forgotten."""
    from demobackend.adapters.memory.decoy_mailer import DecoyMailer
    from demobackend.adapters.memory.mailer import MemoryMailer

    return DecoyMailer(lambda: MemoryMailer(clock))


def signing_keys(clock: Clock) -> SigningKeys:
    """Signing keys that die with the process."""
    from demobackend.adapters.jwt.signing_keys import EphemeralSigningKeys

    return EphemeralSigningKeys(clock)
