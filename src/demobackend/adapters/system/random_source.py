"""The operating system's randomness."""

import secrets

_RANDOM_BYTES = 32


class SystemRandom:
    """Draws from the operating system's secure generator; a `RandomSource`."""

    def token(self) -> str:
        """Return 43 characters of `A-Za-z0-9_-` that hold 256 random bits."""
        return secrets.token_urlsafe(_RANDOM_BYTES)

    def digits(self, count: int) -> str:
        """Return `count` decimal digits, each drawn by itself."""
        return "".join(secrets.choice("0123456789") for _ in range(count))
