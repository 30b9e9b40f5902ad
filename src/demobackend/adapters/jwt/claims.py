"""What a believed access token must say, claim by claim."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from demobackend.adapters.jwt.compact import Json
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.errors import NotFound, Unauthenticated
from demobackend.domain.model.ids import SessionId, UserId, known_form
from demobackend.domain.model.tokens import Claims

GROUPS = "cognito:groups"
TOKEN_USE = "access"  # noqa: S105 - a claim's value, no secret
CLOCK_SKEW = timedelta(seconds=60)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Believed:
    """A genuine token's claims, and from when it counts."""

    claims: Claims
    starts_at: datetime

    def valid(self, at: datetime) -> Claims:
        """The claims, if they hold at this moment. Raises `Unauthenticated`.

        The end is sharp: nobody's clock can make a token live longer. The start may lie up to a minute ahead, because the
        machine that issued it may run ahead of this one.
        """
        if not self.starts_at - CLOCK_SKEW <= at < self.claims.expires_at:
            raise Unauthenticated
        return self.claims


def believed(claims: dict[str, Json], *, issuer: str, client_id: str) -> Believed:
    """Read a verified payload. Raises `Unauthenticated` when a claim is missing, of the wrong type or another's."""
    required = {"iss": issuer, "client_id": client_id, "token_use": TOKEN_USE}
    if any(claims.get(name) != value for name, value in required.items()) or claims.get("aud", client_id) != client_id:
        raise Unauthenticated
    _text(claims, "jti")
    issued_at, expires_at = _moment(claims, "iat"), _moment(claims, "exp")
    starts_at = max(issued_at, _moment(claims, "nbf")) if "nbf" in claims else issued_at
    if expires_at <= starts_at:
        raise Unauthenticated
    verified = Claims(
        user_id=UserId(_identifier(claims, "sub")),
        session_id=SessionId(_identifier(claims, "sid")),
        roles=_roles(claims),
        expires_at=expires_at,
    )
    return Believed(verified, starts_at)


def _text(claims: dict[str, Json], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise Unauthenticated
    return value


def _identifier(claims: dict[str, Json], name: str) -> str:
    try:
        return known_form(_text(claims, name))
    except NotFound:
        raise Unauthenticated from None


def _moment(claims: dict[str, Json], name: str) -> datetime:
    """Whole seconds since 1970, as a number and nothing that Python takes for one."""
    value = claims.get(name)
    if type(value) is not int or not 0 < value < (_LATEST - _EPOCH).total_seconds():
        raise Unauthenticated
    return _EPOCH + timedelta(seconds=value)


def _roles(claims: dict[str, Json]) -> frozenset[SiteRole]:
    """Groups that are roles of ours; others mean nothing here."""
    groups = claims.get(GROUPS, [])
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise Unauthenticated
    return frozenset(role for role in SiteRole if role.value in groups)
