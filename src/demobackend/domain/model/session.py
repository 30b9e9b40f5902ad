"""Sessions and refresh tokens: rotation, reuse, and the family that ends together.

A refresh token is derived, not stored: session id and generation under a MAC. So the current token can be handed out
again within the grace period without keeping any token at rest, and every earlier generation is recognised for ever.
"""

import base64
import hmac
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from hashlib import sha256

from demobackend.domain.model.errors import Unauthenticated
from demobackend.domain.model.ids import SessionId, UserId

GRACE = timedelta(seconds=10)
_TOKEN = re.compile(r"r1\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.(0|[1-9][0-9]{0,9})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One generation of a session's refresh token."""

    session_id: SessionId
    generation: int

    def sealed(self, key: bytes) -> str:
        """The token's text: `r1.<session>.<generation>.<HMAC-SHA256, base64url without padding>`."""
        return f"r1.{self.session_id}.{self.generation}.{self._mac(key)}"

    @classmethod
    def open(cls, text: str, keys: tuple[bytes, ...]) -> "RefreshToken":
        """The inverse of `sealed` under any of the keys. Raises `Unauthenticated`."""
        match = _TOKEN.fullmatch(text)
        if match is None:
            raise Unauthenticated
        token = cls(SessionId(match[1]), int(match[2]))
        if not any([hmac.compare_digest(token._mac(key), match[3]) for key in keys]):  # every key, so that time tells nothing
            raise Unauthenticated
        return token

    def _mac(self, key: bytes) -> str:
        digest = hmac.new(key, f"refresh:{self.session_id}:{self.generation}".encode(), sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Turn(Enum):
    """What a presented refresh token leads to."""

    ROTATE = auto()
    REPEAT = auto()
    REUSED = auto()
    OVER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A family of refresh tokens from one sign-in. `generation` is the current one; `revision` counts changes from 1.

    `grant` is what the identity provider handed out to renew access with; None where we are the provider ourselves.
    """

    id: SessionId
    user_id: UserId
    created_at: datetime
    expires_at: datetime
    rotated_at: datetime
    generation: int = 0
    revision: int = 1
    ended_at: datetime | None = None
    grant: str | None = None

    def is_alive(self, at: datetime) -> bool:
        """Whether its tokens still count."""
        return self.ended_at is None and at < self.expires_at

    def turn(self, generation: int, *, at: datetime) -> Turn:
        """Judge a presented generation: the current one rotates, its direct parent repeats within the grace, older ones end it."""
        if not self.is_alive(at):
            return Turn.OVER
        if generation == self.generation:
            return Turn.ROTATE
        if generation == self.generation - 1 and at - self.rotated_at <= GRACE:
            return Turn.REPEAT
        return Turn.REUSED

    def rotated(self, *, at: datetime) -> "Session":
        """With the next generation current."""
        return replace(self, generation=self.generation + 1, rotated_at=at, revision=self.revision + 1)

    def ended(self, *, at: datetime) -> "Session":
        """Over, with every token of the family; the same session when it is over already."""
        if self.ended_at is not None:
            return self
        return replace(self, ended_at=at, revision=self.revision + 1)

    @property
    def current_token(self) -> RefreshToken:
        """The only refresh token that rotates."""
        return RefreshToken(self.id, self.generation)
