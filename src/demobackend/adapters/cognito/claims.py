"""What a believed access token of a user pool must say, claim by claim."""

from datetime import UTC, datetime, timedelta

from demobackend.adapters.cognito.pool import CognitoPool
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.errors import NotFound, Unauthenticated
from demobackend.domain.model.ids import SessionId, UserId, known_form
from demobackend.domain.model.tokens import Claims

_CLOCK_SKEW = timedelta(seconds=60)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds()


def believed(claims: dict[str, object], *, pool: CognitoPool, at: datetime) -> Claims:
    """Read the claims of a token that this pool signed. Raises `Unauthenticated` unless all hold at this moment.

    The end is sharp: nobody's clock can make a token live longer. The start may lie up to a minute ahead, because Cognito's clock may
    run ahead of ours. Access tokens carry no audience unless somebody asked for one, so the client's id is what says that they
    are meant for us. Source: Amazon Cognito developer guide, "Understanding the access token".
    """
    required = {"iss": pool.issuer, "client_id": pool.client_id, "token_use": "access"}
    if any(claims.get(name) != value for name, value in required.items()) or not _text(claims, "sub"):
        raise Unauthenticated
    issued_at, expires_at = _moment(claims, "iat"), _moment(claims, "exp")
    if not issued_at - _CLOCK_SKEW <= at < expires_at or expires_at <= issued_at:
        raise Unauthenticated
    return Claims(
        user_id=UserId(_identifier(claims, "username")),
        session_id=SessionId(_identifier(claims, "origin_jti")),
        roles=_roles(claims),
        expires_at=expires_at,
    )


def _text(claims: dict[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise Unauthenticated
    return value


def _identifier(claims: dict[str, object], name: str) -> str:
    try:
        return known_form(_text(claims, name))
    except NotFound:
        raise Unauthenticated from None


def _moment(claims: dict[str, object], name: str) -> datetime:
    """Whole seconds since 1970, as a number and nothing that Python takes for one."""
    value = claims.get(name)
    if type(value) is not int or not 0 < value < _LATEST:
        raise Unauthenticated
    return _EPOCH + timedelta(seconds=value)


def _roles(claims: dict[str, object]) -> frozenset[SiteRole]:
    """Groups that are roles of ours; others mean nothing here."""
    groups = claims.get("cognito:groups", [])
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise Unauthenticated
    return frozenset(role for role in SiteRole if role.value in groups)
