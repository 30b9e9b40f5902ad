"""A signing key that lives and dies with this process."""

from datetime import datetime
from hashlib import sha256
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from demobackend.ports.clock import Clock
from demobackend.ports.signing_keys import SigningKey

_BITS = 2048


class EphemeralSigningKeys:
    """`SigningKeys` of one key, made when first asked for and never rotated: the process forgets it before it grows old."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._published: tuple[SigningKey, ...] = ()
        self._lock = Lock()

    def signing(self, at: datetime) -> SigningKey:
        """As `SigningKeys.signing`. Raises nothing."""
        with self._lock:
            if not self._published:
                key = generate_private_key(public_exponent=65537, key_size=_BITS)
                public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
                pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
                self._published = (SigningKey(sha256(public).hexdigest()[:32], pem, self._clock.now()),)
            return self._published[0]

    def published(self, at: datetime) -> tuple[SigningKey, ...]:
        """As `SigningKeys.published`. Raises nothing."""
        return self._published or (self.signing(at),)
