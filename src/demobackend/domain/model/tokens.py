"""What an access token says, and what a signed-in client is handed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.ids import SessionId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The verified claims of an access token that the domain uses."""

    user_id: UserId
    session_id: SessionId
    roles: frozenset[SiteRole]
    expires_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class AccessToken:
    """A signed access token and how long it lives. `grant` replaces the session's, where a provider rotates its own."""

    text: str
    life: timedelta
    grant: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """What a client keeps: both tokens, and the access token's life."""

    access: str
    refresh: str
    life: timedelta
