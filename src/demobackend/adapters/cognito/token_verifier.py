"""Believes the access tokens of one user pool."""

import base64
import binascii
import json
from datetime import datetime

from jwt import InvalidTokenError, PyJWS

from demobackend.adapters.cognito.claims import believed
from demobackend.adapters.cognito.pool import CognitoPool
from demobackend.adapters.cognito.published_keys import ALGORITHM, PublishedKeys
from demobackend.domain.model.errors import Unauthenticated
from demobackend.domain.model.tokens import Claims
from demobackend.ports.clock import Clock

_ENVELOPE = PyJWS(algorithms=[ALGORITHM])
_MOST_CHARACTERS = 8 * 1024
_HEADER_FIELDS = frozenset({"alg", "kid", "typ"})


class CognitoTokenVerifier:
    """`TokenVerifier` with RS256 only, over the keys that the pool publishes; nothing in a token ever says where a key is.

    The keys are beside the issuer, at `<issuer>/.well-known/jwks.json`, unless `keys_url` says otherwise, as for an emulator.
    No call of Cognito's API is made: a token believed here counts while its session's record says so.
    """

    def __init__(self, pool: CognitoPool, *, clock: Clock, keys_url: str | None = None) -> None:
        self._pool = pool
        self._keys = PublishedKeys(keys_url or f"{pool.issuer}/.well-known/jwks.json", clock)

    def verify(self, token: str, *, at: datetime) -> Claims:
        """As `TokenVerifier.verify`. Raises `Unauthenticated`, `Unavailable` when no key has ever been at hand."""
        header = _header_of(token)
        key_id = header.get("kid")
        if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
            raise Unauthenticated
        key = self._keys.key(key_id)
        if key is None:
            raise Unauthenticated
        try:
            payload = _ENVELOPE.decode(token, key, algorithms=[ALGORITHM])
        except InvalidTokenError:
            raise Unauthenticated from None
        return believed(_object(payload), pool=self._pool, at=at)

    def key_set(self) -> dict[str, list[dict[str, str]]]:
        """As `TokenVerifier.key_set`, in Cognito's order. Raises `Unavailable`."""
        return {"keys": [dict(entry) for entry in self._keys.entries()]}


def _header_of(token: str) -> dict[str, object]:
    """The header of a token whose three parts have their one canonical spelling. Raises `Unauthenticated`.

    A header may name algorithm, key id and type: whatever asks for more (`crit`, `jwk`, `jku`, …) is refused (RFC 8725, section 3).
    """
    parts = token.split(".") if len(token) <= _MOST_CHARACTERS and token.isascii() else []
    if len(parts) != 3:
        raise Unauthenticated
    content, _, _ = (_decoded(part) for part in parts)
    header = _object(content)
    if not _HEADER_FIELDS.issuperset(header):
        raise Unauthenticated
    return header


def _decoded(part: str) -> bytes:
    try:
        content = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error:
        raise Unauthenticated from None
    if base64.urlsafe_b64encode(content).rstrip(b"=").decode() != part:
        raise Unauthenticated
    return content


def _object(content: bytes) -> dict[str, object]:
    try:
        value = json.loads(content.decode())
    except (ValueError, RecursionError):
        raise Unauthenticated from None
    if not isinstance(value, dict):
        raise Unauthenticated
    return value
