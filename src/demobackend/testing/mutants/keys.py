"""Wrong secrets and signing keys."""

from datetime import datetime
from itertools import count

from demobackend.adapters.memory.clock import START
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.ports.secrets import Purpose, Secrets
from demobackend.ports.signing_keys import SigningKey, SigningKeys
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.secrets import SecretsContract
from demobackend.testing.contracts.signing_keys import SigningKeysContract
from demobackend.testing.mutants.paper_keys import PaperKeys


class _NewEachCall(MemorySecrets):
    def keys(self, purpose: Purpose) -> tuple[bytes, ...]:
        self.rotate(purpose)
        return super().keys(purpose)


class _OneForAll(MemorySecrets):
    def keys(self, purpose: Purpose) -> tuple[bytes, ...]:
        return super().keys(Purpose.CURSOR)


class _Short(MemorySecrets):
    def keys(self, purpose: Purpose) -> tuple[bytes, ...]:
        return tuple(key[:16] for key in super().keys(purpose))


class _Plain(MemorySecrets):
    def keys(self, purpose: Purpose) -> tuple[bytes, ...]:
        return (purpose.encode().ljust(32, b"0"),)


class MakesNewSecretsEachCall(SecretsContract):
    """Nothing that was signed can be verified."""

    def secrets(self) -> Secrets:
        return _NewEachCall()


class SharesASecretAmongPurposes(SecretsContract):
    """What signs cursors signs refresh tokens."""

    def secrets(self) -> Secrets:
        return _OneForAll()


class MakesShortSecrets(SecretsContract):
    """Half as many bytes."""

    def secrets(self) -> Secrets:
        return _Short()


class HasDefaultSecrets(SecretsContract):
    """Every deployment has the same ones."""

    def secrets(self) -> Secrets:
        return _Plain()


class _PublishesLate(PaperKeys):
    def published(self, at: datetime) -> tuple[SigningKey, ...]:
        signing = self.signing(at)
        return tuple(key for key in super().published(at) if key.made_at <= signing.made_at)


class _WithdrawsAtOnce(PaperKeys):
    def published(self, at: datetime) -> tuple[SigningKey, ...]:
        signing = self.signing(at)
        return tuple(key for key in super().published(at) if key.made_at >= signing.made_at)


class _OldestFirst(PaperKeys):
    def published(self, at: datetime) -> tuple[SigningKey, ...]:
        return super().published(at)[::-1]


class _Fresh(PaperKeys):
    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._calls = count()

    def signing(self, at: datetime) -> SigningKey:
        return self.key(next(self._calls))


class SignsWithAnUnpublishedKey(SigningKeysContract):
    """A key is published when it begins to sign: verifiers that look now and then do not know it yet."""

    def keys(self) -> tuple[SigningKeys, datetime]:
        return _PublishesLate(START), START


class WithdrawsAKeyTooEarly(SigningKeysContract):
    """The last tokens of a key are not believed."""

    def keys(self) -> tuple[SigningKeys, datetime]:
        return _WithdrawsAtOnce(START), START


class MakesWeakKeys(SigningKeysContract):
    """1,024 bits."""

    def keys(self) -> tuple[SigningKeys, datetime]:
        return PaperKeys(START, bits=1_024), START


class PublishesTheOldestKeyFirst(SigningKeysContract):
    """The wrong order."""

    def keys(self) -> tuple[SigningKeys, datetime]:
        return _OldestFirst(START), START


class SignsWithANewKeyEachCall(SigningKeysContract):
    """Nothing holds the keys."""

    def keys(self) -> tuple[SigningKeys, datetime]:
        return _Fresh(START), START


MUTANTS: tuple[type[Contract], ...] = (
    MakesNewSecretsEachCall,
    SharesASecretAmongPurposes,
    MakesShortSecrets,
    HasDefaultSecrets,
    SignsWithAnUnpublishedKey,
    WithdrawsAKeyTooEarly,
    MakesWeakKeys,
    PublishesTheOldestKeyFirst,
    SignsWithANewKeyEachCall,
)
