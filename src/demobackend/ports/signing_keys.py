"""RSA keys that sign access tokens, where we issue them ourselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """One RSA key of at least 2,048 bits: its id, and its private half as PKCS #8 PEM."""

    id: str
    private_pem: bytes
    made_at: datetime


class SigningKeys(Protocol):
    """Holds the keys and rotates them. A key is published before it signs, and stays published while its tokens live."""

    def signing(self, at: datetime) -> SigningKey:
        """Return the key to sign with at this moment. Raises `Unavailable`."""
        ...

    def published(self, at: datetime) -> tuple[SigningKey, ...]:
        """Return every key whose tokens may be believed at this moment, newest first. Raises `Unavailable`."""
        ...
