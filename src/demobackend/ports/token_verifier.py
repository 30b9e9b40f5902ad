"""Believes access tokens, or not."""

from datetime import datetime
from typing import Protocol

from demobackend.domain.model.tokens import Claims


class TokenVerifier(Protocol):
    """Believes tokens of the one issuer that it was made for, by keys that it knows. Source: RFC 9068, RFC 8725."""

    def verify(self, token: str, *, at: datetime) -> Claims:
        """Return the claims of a genuine access token that is valid at `at`.

        Raises `Unauthenticated` for everything else, alike; `Unavailable` only when no key has ever been at hand.
        """
        ...

    def key_set(self) -> dict[str, list[dict[str, str]]]:
        """Return the public keys as a JSON Web Key Set (RFC 7517), newest first; private parts never. Raises `Unavailable`."""
        ...
