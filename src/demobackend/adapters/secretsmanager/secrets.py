"""Symmetric keys, and other secret texts, in AWS Secrets Manager."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from demobackend.adapters.botocore_errors import NOTHING_SPECIAL, Meanings, in_domain_words
from demobackend.domain.model.errors import NotFound, Unavailable
from demobackend.ports.clock import Clock
from demobackend.ports.secrets import Purpose

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_secretsmanager.type_defs import GetSecretValueResponseTypeDef

CACHED = timedelta(minutes=5)
SPREAD = 2 * CACHED
"""How long a new key only verifies: by then every process has looked again, even when one look failed."""
MIN_CHARACTERS = 32
_AGAIN = timedelta(seconds=30)
_LOG = logging.getLogger("demobackend.secrets")
_PREVIOUS: Meanings = {"ResourceNotFoundException": NotFound}  # the secret is there, the staging label is not


@dataclass(frozen=True, slots=True, repr=False)
class _Held:
    """Keys, and when to look at them again."""

    keys: tuple[bytes, ...]
    until: datetime


class SecretsManagerSecrets:
    """`Secrets` over one secret per purpose, named `<prefix><purpose>`: AWSCURRENT and, while there is one, AWSPREVIOUS.

    A key is the SHA-256 of the secret's text, so any text of 32 random characters or more will do, as CloudFormation makes them.
    Keys are kept for 5 minutes, and one caller looks again while the others go on with the old ones, as all do when Secrets
    Manager does not answer. Since processes learn of a rotation at different times, a new key signs 10 minutes after it was
    made, and verifies at once; until then the previous one comes first.
    """

    def __init__(self, client: "SecretsManagerClient", *, prefix: str, clock: Clock) -> None:
        self._client = client
        self._prefix = prefix
        self._clock = clock
        self._held: dict[Purpose, _Held] = {}
        self._looking = {purpose: Lock() for purpose in Purpose}

    def keys(self, purpose: Purpose) -> tuple[bytes, ...]:
        """As `Secrets.keys`. Raises `Unavailable` when no key was ever at hand."""
        held = self._held.get(purpose)
        if held is None:
            return self._first(purpose)
        if held.until <= self._clock.now() and self._looking[purpose].acquire(blocking=False):
            try:
                self._refresh(purpose, held)
            finally:
                self._looking[purpose].release()
        return self._held[purpose].keys

    def _first(self, purpose: Purpose) -> tuple[bytes, ...]:
        with self._looking[purpose]:
            if purpose not in self._held:
                self._held[purpose] = self._fetched(purpose)
        return self._held[purpose].keys

    def _refresh(self, purpose: Purpose, held: _Held) -> None:
        try:
            self._held[purpose] = self._fetched(purpose)
        except Unavailable:
            _LOG.warning("old keys go on", extra={"purpose": purpose.value})
            self._held[purpose] = _Held(held.keys, self._clock.now() + _AGAIN)

    def _fetched(self, purpose: Purpose) -> _Held:
        name, now = f"{self._prefix}{purpose}", self._clock.now()
        current, made_at = self._version(name, "AWSCURRENT", NOTHING_SPECIAL)
        try:
            previous, _ = self._version(name, "AWSPREVIOUS", _PREVIOUS)
        except NotFound:
            return _Held((current,), now + CACHED)
        return _Held((current, previous) if made_at + SPREAD <= now else (previous, current), now + CACHED)

    def _version(self, name: str, stage: str, meanings: Meanings) -> tuple[bytes, datetime]:
        """The key, and when it was made."""
        with in_domain_words(meanings):
            answer = self._client.get_secret_value(SecretId=name, VersionStage=stage)
        return _key(answer), answer["CreatedDate"]


def secret_text(client: "SecretsManagerClient", name: str) -> str:
    """The current text of a secret, by its name or ARN; nothing is kept. Raises `Unavailable`."""
    with in_domain_words():
        return _text(client.get_secret_value(SecretId=name))


def _key(answer: "GetSecretValueResponseTypeDef") -> bytes:
    text = _text(answer)
    if len(text) < MIN_CHARACTERS:
        _LOG.error("a secret is too short to be a key", extra={"secret": answer.get("Name")})
        raise Unavailable
    return sha256(text.encode()).digest()


def _text(answer: "GetSecretValueResponseTypeDef") -> str:
    text = answer.get("SecretString", "")  # not there for a secret of bytes
    if not text:
        _LOG.error("a secret holds no text", extra={"secret": answer.get("Name")})
        raise Unavailable
    return text
