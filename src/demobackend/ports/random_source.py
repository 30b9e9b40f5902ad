"""Unguessable values."""

from typing import Protocol


class RandomSource(Protocol):
    """Draws from a cryptographically secure source."""

    def token(self) -> str:
        """Return 43 characters of `A-Za-z0-9_-` that hold 256 random bits. Raises nothing."""
        ...

    def digits(self, count: int) -> str:
        """Return `count` decimal digits, each sequence equally likely, leading zeros kept. Raises nothing."""
        ...
