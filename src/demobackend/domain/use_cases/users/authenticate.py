"""Turn an access token into a caller."""

from dataclasses import dataclass

from demobackend.domain.model.caller import Caller
from demobackend.domain.model.errors import NotFound, Unauthenticated
from demobackend.domain.model.tokens import Claims
from demobackend.ports.clock import Clock
from demobackend.ports.session_store import SessionStore
from demobackend.ports.token_verifier import TokenVerifier


@dataclass(frozen=True, slots=True)
class Authenticate:
    """A token counts while its session lives: the session is read on every call, so an end is felt at once."""

    verifier: TokenVerifier
    sessions: SessionStore
    clock: Clock

    def __call__(self, access_token: str) -> Caller:
        """Return who is calling. Raises `Unauthenticated`, alike for every cause, and `Unavailable`."""
        claims = self.claims(access_token)
        return Caller(claims.user_id, claims.session_id, claims.roles)

    def claims(self, access_token: str) -> Claims:
        """Return what a token that counts says. Raises as a call does."""
        now = self.clock.now()
        claims = self.verifier.verify(access_token, at=now)
        try:
            session = self.sessions.get(claims.session_id)
        except NotFound:
            raise Unauthenticated from None
        if session.user_id != claims.user_id or not session.is_alive(now):
            raise Unauthenticated
        return claims
