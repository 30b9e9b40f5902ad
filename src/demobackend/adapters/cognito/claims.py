"""What a believed access token of a user pool must say, claim by claim."""

from datetime import datetime

from demobackend.adapters.cognito.pool import CognitoPool
from demobackend.adapters.token_claims import CLOCK_SKEW, claimed_id, claimed_moment, claimed_roles, claimed_text
from demobackend.domain.model.errors import Unauthenticated
from demobackend.domain.model.ids import SessionId, UserId
from demobackend.domain.model.tokens import Claims


def believed(claims: dict[str, object], *, pool: CognitoPool, at: datetime) -> Claims:
    """Read the claims of a token that this pool signed. Raises `Unauthenticated` unless all hold at this moment.

    The end is sharp: nobody's clock can make a token live longer. The start may lie up to a minute ahead, because Cognito's clock may
    run ahead of ours. Access tokens carry no audience unless somebody asked for one, so the client's id is what says that they
    are meant for us. Source: Amazon Cognito developer guide, "Understanding the access token".
    """
    required = {"iss": pool.issuer, "client_id": pool.client_id, "token_use": "access"}
    if any(claims.get(name) != value for name, value in required.items()) or not claimed_text(claims, "sub"):
        raise Unauthenticated
    issued_at, expires_at = claimed_moment(claims, "iat"), claimed_moment(claims, "exp")
    if not issued_at - CLOCK_SKEW <= at < expires_at or expires_at <= issued_at:
        raise Unauthenticated
    return Claims(
        user_id=UserId(claimed_id(claims, "username")),
        session_id=SessionId(claimed_id(claims, "origin_jti")),
        roles=claimed_roles(claims),
        expires_at=expires_at,
    )
