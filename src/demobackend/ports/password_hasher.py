"""Passwords at rest."""

from typing import Protocol


class PasswordHasher(Protocol):
    """A slow, salted, one-way function. As many hashes run at once as the machine has cores; the rest wait.

    Source: OWASP password storage; RFC 9106 (Argon2id).
    """

    def hash(self, password: str) -> str:
        """Return a self-describing hash with a fresh salt; no byte of the password is ignored. Raises `Unavailable` when overloaded."""
        ...

    def verify(self, password: str, password_hash: str | None) -> bool:
        """Return whether the password is the hashed one. None costs the same time and is never right. Raises `Unavailable`."""
        ...

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether it was made with weaker settings than today's. Raises nothing."""
        ...
