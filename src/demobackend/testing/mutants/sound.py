"""The contracts bound to the memory adapters as they are: what every wrong adapter differs from in one place."""

import re
from datetime import datetime

from demobackend.adapters.memory.account_store import MemoryAccountStore
from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.adapters.memory.blob_store import MemoryBlobStore
from demobackend.adapters.memory.change_feed import MemoryChangeFeed
from demobackend.adapters.memory.clock import START, ManualClock
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
from demobackend.domain.model.letter_rules import LetterRules
from demobackend.domain.model.lockout import LockoutRules
from demobackend.domain.use_cases.users.failures import Failures
from demobackend.domain.use_cases.users.letter_limit import LetterLimit
from demobackend.domain.use_cases.users.letters import Letters
from demobackend.domain.use_cases.users.own_identity import OwnIdentity
from demobackend.ports.account_store import AccountStore
from demobackend.ports.change_feed import ChangeFeed
from demobackend.ports.clock import Clock
from demobackend.ports.file_catalog import FileCatalog
from demobackend.ports.idempotency_store import IdempotencyStore
from demobackend.ports.ids import Ids
from demobackend.ports.mailbox import Mailbox
from demobackend.ports.mailer import Mailer
from demobackend.ports.password_hasher import PasswordHasher
from demobackend.ports.random_source import RandomSource
from demobackend.ports.rate_limiter import RateLimiter
from demobackend.ports.search_index import SearchIndex
from demobackend.ports.secrets import Secrets
from demobackend.ports.session_store import SessionStore
from demobackend.ports.signing_keys import SigningKeys
from demobackend.ports.text_extractor import TextExtractor
from demobackend.testing.contracts.access_tokens import AccessTokensContract, TokenPair
from demobackend.testing.contracts.account_store import AccountStoreContract
from demobackend.testing.contracts.audit_trail import AuditedStores, AuditTrailContract
from demobackend.testing.contracts.blob_gateway import BlobGatewayContract, StoreWithGateway
from demobackend.testing.contracts.change_feed import ChangeFeedContract
from demobackend.testing.contracts.clock import ClockContract
from demobackend.testing.contracts.file_catalog import FileCatalogContract
from demobackend.testing.contracts.file_catalog_case import TakeChanges, taken_from
from demobackend.testing.contracts.file_catalog_feed import CatalogFeedContract
from demobackend.testing.contracts.idempotency_store import IdempotencyStoreContract
from demobackend.testing.contracts.identity_provider import IdentityDesk, IdentityProviderContract
from demobackend.testing.contracts.ids import IdsContract
from demobackend.testing.contracts.mailer import MailerContract
from demobackend.testing.contracts.password_hasher import PasswordHasherContract
from demobackend.testing.contracts.random_source import RandomSourceContract
from demobackend.testing.contracts.rate_limiter import RateLimiterContract
from demobackend.testing.contracts.search_index import SearchIndexContract
from demobackend.testing.contracts.secrets import SecretsContract
from demobackend.testing.contracts.session_store import SessionStoreContract
from demobackend.testing.contracts.signing_keys import SigningKeysContract
from demobackend.testing.contracts.text_extractor import TextExtractorContract
from demobackend.testing.mutants.paper_keys import PaperKeys
from demobackend.testing.samples import MINUTE

BASE_URL = "http://127.0.0.1:8787"


class SoundBlobStore(BlobGatewayContract):
    """Bytes in memory."""

    def empty_store(self) -> StoreWithGateway:
        clock = ManualClock()
        return MemoryBlobStore(UrlSigner(BASE_URL, MemorySecrets(), clock), clock)


class SoundFileCatalog(FileCatalogContract):
    """Rows in memory."""

    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        feed = MemoryChangeFeed(SequentialIds(ManualClock()))
        return MemoryFileCatalog(feed), taken_from(feed)


class SoundCatalogFeed(CatalogFeedContract):
    """Rows in memory, and the feed that they write to."""

    def empty_catalog_and_feed(self) -> tuple[FileCatalog, ChangeFeed]:
        feed = MemoryChangeFeed(SequentialIds(ManualClock()))
        return MemoryFileCatalog(feed), feed


class SoundChangeFeed(ChangeFeedContract):
    """Changes in memory."""

    def empty_feed(self) -> ChangeFeed:
        return MemoryChangeFeed(SequentialIds(ManualClock()))


class SoundSearchIndex(SearchIndexContract):
    """An index in memory."""

    def empty_index(self) -> SearchIndex:
        return MemorySearchIndex()


class SoundTextExtractor(TextExtractorContract):
    """Text in its plain forms."""

    def extractor(self) -> TextExtractor:
        return MemoryTextExtractor()


class SoundAccountStore(AccountStoreContract):
    """Accounts in memory."""

    def empty_store(self) -> AccountStore:
        return MemoryAccountStore(MemoryAuditTrail())


class SoundSessionStore(SessionStoreContract):
    """Sessions in memory."""

    def empty_store(self) -> SessionStore:
        return MemorySessionStore(MemoryAuditTrail())


class SoundAuditTrail(AuditTrailContract):
    """Events in memory."""

    def empty_stores(self) -> AuditedStores:
        trail = MemoryAuditTrail()
        return AuditedStores(accounts=MemoryAccountStore(trail), sessions=MemorySessionStore(trail), trail=trail)


class SoundPasswordHasher(PasswordHasherContract):
    """Cheap hashes."""

    def hasher(self) -> PasswordHasher:
        return MemoryPasswordHasher()


class SoundTokens(AccessTokensContract):
    """Tokens that one process believes."""

    def pair(self) -> TokenPair:
        tokens = MemoryTokens(MemorySecrets(), SequentialIds(ManualClock()), 15 * MINUTE)
        return TokenPair(issuer=tokens, verifier=tokens)


class SoundIdempotencyStore(IdempotencyStoreContract):
    """Claims in memory."""

    def empty_store(self) -> IdempotencyStore:
        return MemoryIdempotencyStore()


class SoundRateLimiter(RateLimiterContract):
    """Counts in memory."""

    def limiter(self) -> RateLimiter:
        return MemoryRateLimiter()


class SoundMailer(MailerContract):
    """Mail in a list."""

    def mailer_and_mailbox(self) -> tuple[Mailer, Mailbox]:
        mailer = MemoryMailer(ManualClock())
        return mailer, mailer


class SoundSecrets(SecretsContract):
    """Keys in memory."""

    def secrets(self) -> Secrets:
        return MemorySecrets()


class SoundClock(ClockContract):
    """A clock that stands."""

    def clock(self) -> Clock:
        return ManualClock(datetime.fromisoformat("2026-05-01T12:30:15.123456+05:30"))


class SoundIds(IdsContract):
    """Counted identifiers."""

    def ids(self, clock: Clock) -> Ids:
        return SequentialIds(clock)


class SoundRandom(RandomSourceContract):
    """Seeded draws."""

    def source(self) -> RandomSource:
        return SeededRandom()


class SoundSigningKeys(SigningKeysContract):
    """Keys that rotate as they should, though they sign nothing."""

    def keys(self) -> tuple[SigningKeys, datetime]:
        return PaperKeys(START), START


class SoundIdentity(IdentityProviderContract):
    """Our own provider over memory."""

    def desk(self) -> IdentityDesk:
        return identity_desk(OwnIdentity)


def identity_desk(
    kind: type[OwnIdentity],
    *,
    clock: ManualClock | None = None,
    hasher: PasswordHasher | None = None,
    rules: LockoutRules | None = None,
    letters: LetterRules | None = None,
) -> IdentityDesk:
    """Such a provider over memory, its mail and its time."""
    clock = clock or ManualClock()
    ids, mailer, counts = SequentialIds(clock), MemoryMailer(clock), MemoryRateLimiter()
    identity = kind(
        accounts=MemoryAccountStore(MemoryAuditTrail()),
        hasher=hasher or MemoryPasswordHasher(cost=1),
        letters=Letters(mailer=mailer, decoy=MemoryMailer(clock), ids=ids, limit=LetterLimit(counts, ids, clock, letters or LetterRules())),
        failures=Failures(counts, clock, rules or LockoutRules()),
        random=SeededRandom(),
        ids=ids,
        clock=clock,
    )

    def codes(address: str) -> list[str]:
        texts = [sent.mail.text for sent in reversed(mailer.newest(to=address, limit=100))]
        return [code for text in texts for code in re.findall(r"\b\d{6}\b", text)]

    return IdentityDesk(identity=identity, codes=codes, advance=clock.advance)
