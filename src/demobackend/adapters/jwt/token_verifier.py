"""Believes access tokens of one issuer, signed by keys that it knows."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import InvalidTokenError, PyJWS

from demobackend.adapters.jwt.claims import Believed, believed
from demobackend.adapters.jwt.compact import MAX_CHARACTERS, header_of, parsed_object
from demobackend.adapters.jwt.rsa import ALGORITHM, as_jwk, private_key
from demobackend.domain.model.errors import Unauthenticated, Unavailable
from demobackend.domain.model.tokens import Claims
from demobackend.ports.clock import Clock
from demobackend.ports.signing_keys import SigningKey, SigningKeys

_ENVELOPE = PyJWS(algorithms=[ALGORITHM])

type _Proven = tuple[str, Believed]  # the id of the key that proves it, and what it says


@dataclass(frozen=True, slots=True)
class _KnownKeys:
    """Published keys, newest first, and their public halves by id in the same order."""

    published: tuple[SigningKey, ...] = ()
    public: Mapping[str, RSAPublicKey] = field(default_factory=dict)


class JwtVerifier:
    """`TokenVerifier` with RS256 only, over keys of `SigningKeys`; nothing in a token ever says where a key is.

    The last `remembered` believed tokens are known by their SHA-256, so that a client's next request costs no RSA; times and
    the key's publication count anew each time. When the keys do not answer, the last known ones go on.
    """

    def __init__(self, keys: SigningKeys, *, issuer: str, client_id: str, clock: Clock, remembered: int = 4096) -> None:
        self._keys = keys
        self._issuer = issuer
        self._client_id = client_id
        self._clock = clock
        self._remembered = remembered
        self._known = _KnownKeys()
        self._believed: OrderedDict[bytes, _Proven] = OrderedDict()
        self._lock = Lock()

    def verify(self, token: str, *, at: datetime) -> Claims:
        """As `TokenVerifier.verify`. Raises `Unauthenticated`, `Unavailable` when no key has ever been at hand."""
        public = self._known_keys(at).public
        if len(token) > MAX_CHARACTERS or not token.isascii():
            raise Unauthenticated
        digest = sha256(token.encode()).digest()
        with self._lock:
            held = self._believed.get(digest)
            if held is not None:
                self._believed.move_to_end(digest)
        if held is None or held[0] not in public:
            held = self._prove(token, public)
            self._remember(digest, held)
        return held[1].valid(at)

    def key_set(self) -> dict[str, list[dict[str, str]]]:
        """As `TokenVerifier.key_set`. Raises `Unavailable`."""
        public = self._known_keys(self._clock.now()).public
        return {"keys": [as_jwk(key_id, key) for key_id, key in public.items()]}

    def _known_keys(self, at: datetime) -> _KnownKeys:
        try:
            published = self._keys.published(at)
            if published != self._known.published:
                self._known = _KnownKeys(published, {key.id: private_key(key).public_key() for key in published})
        except Unavailable:
            if not self._known.published:
                raise
        return self._known

    def _prove(self, token: str, public: Mapping[str, RSAPublicKey]) -> _Proven:
        header = header_of(token)
        key_id = header.get("kid")
        if header.get("alg") != ALGORITHM or not isinstance(key_id, str) or key_id not in public:
            raise Unauthenticated
        try:
            envelope = _ENVELOPE.decode_complete(token, public[key_id], algorithms=[ALGORITHM])
        except InvalidTokenError:
            raise Unauthenticated from None
        return key_id, believed(parsed_object(envelope["payload"]), issuer=self._issuer, client_id=self._client_id)

    def _remember(self, digest: bytes, proven: _Proven) -> None:
        with self._lock:
            self._believed[digest] = proven
            while len(self._believed) > self._remembered:
                self._believed.popitem(last=False)
