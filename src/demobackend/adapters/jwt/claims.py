"""What a believed access token must say, claim by claim."""

from dataclasses import dataclass
from datetime import datetime

from demobackend.adapters.jwt.compact import Json
from demobackend.adapters.token_claims import CLOCK_SKEW, claimed_id, claimed_moment, claimed_roles, claimed_text
from demobackend.domain.model.errors import Unauthenticated
from demobackend.domain.model.ids import SessionId, UserId
from demobackend.domain.model.tokens import Claims

TOKEN_USE = "access"  # noqa: S105 - a claim's value, no secret


@dataclass(frozen=True, slots=True)
class Believed:
    """A genuine token's claims, and from when it counts: up to a minute before its own start, because the machine that issued it may
    run ahead of this one."""

    claims: Claims
    counts_from: datetime

    def valid(self, at: datetime) -> Claims:
        """The claims, if they hold at this moment. Raises `Unauthenticated`.

        The end is sharp: nobody's clock can make a token live longer.
        """
        if not self.counts_from <= at < self.claims.expires_at:
            raise Unauthenticated
        return self.claims


def believed(claims: dict[str, Json], *, issuer: str, client_id: str) -> Believed:
    """Read a verified payload. Raises `Unauthenticated` when a claim is missing, of the wrong type or another's."""
    required = {"iss": issuer, "client_id": client_id, "token_use": TOKEN_USE}
    if any(claims.get(name) != value for name, value in required.items()) or claims.get("aud", client_id) != client_id:
        raise Unauthenticated
    claimed_text(claims, "jti")
    issued_at, expires_at = claimed_moment(claims, "iat"), claimed_moment(claims, "exp")
    starts_at = max(issued_at, claimed_moment(claims, "nbf")) if "nbf" in claims else issued_at
    if expires_at <= starts_at:
        raise Unauthenticated
    verified = Claims(
        user_id=UserId(claimed_id(claims, "sub")),
        session_id=SessionId(claimed_id(claims, "sid")),
        roles=claimed_roles(claims),
        expires_at=expires_at,
    )
    return Believed(verified, starts_at - CLOCK_SKEW)
