"""Access tokens that Cognito renews."""

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from demobackend.adapters.botocore_errors import whole_answer
from demobackend.adapters.cognito.errors import calling
from demobackend.adapters.cognito.pool import CognitoPool
from demobackend.adapters.cognito.sessions import granted
from demobackend.domain.model.account import Account
from demobackend.domain.model.errors import NotFound, Unauthenticated
from demobackend.domain.model.session import Session
from demobackend.domain.model.tokens import AccessToken

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_cognito_idp.type_defs import GetTokensFromRefreshTokenRequestTypeDef, RevokeTokenRequestTypeDef

_LOG = logging.getLogger("demobackend.aws")


class CognitoTokenIssuer:
    """`TokenIssuer`: the session's grant is Cognito's refresh token, which no client ever sees. One call per method.

    Roles are the user's groups in the pool, whatever the account says; a token's times are Cognito's.
    """

    def __init__(self, client: "CognitoIdentityProviderClient", pool: CognitoPool) -> None:
        self._client = client
        self._pool = pool

    def issue(self, account: Account, session: Session, *, at: datetime) -> AccessToken:
        """As `TokenIssuer.issue`. Raises `Unauthenticated` also for a token of another session or user; `Unavailable`.

        Where the app client rotates refresh tokens, the new one comes as the access token's grant. The old one works for the
        client's grace period, so a caller that lost the answer may ask again until then.
        """
        if session.grant is None:
            raise Unauthenticated
        request: GetTokensFromRefreshTokenRequestTypeDef = {"RefreshToken": session.grant, "ClientId": self._pool.client_id}
        if self._pool.client_secret is not None:
            request["ClientSecret"] = self._pool.client_secret
        with calling("GetTokensFromRefreshToken"), whole_answer():
            result = self._client.get_tokens_from_refresh_token(**request)["AuthenticationResult"]
        renewed = granted(result)
        if (renewed.session_id, renewed.username) != (session.id, account.id):
            _LOG.error("a renewed token belongs to another session", extra={"session": session.id, "named": renewed.session_id})
            raise Unauthenticated
        return replace(renewed.access, grant=renewed.refresh if renewed.refresh != session.grant else None)

    def revoke(self, session: Session) -> None:
        """As `TokenIssuer.revoke`. Raises `Unavailable`. A grant that Cognito does not know, or does not revoke, is logged and left:
        it is in nobody's hands but ours, and the session's record is what counts."""
        if session.grant is None:
            return
        request: RevokeTokenRequestTypeDef = {"Token": session.grant, "ClientId": self._pool.client_id}
        if self._pool.client_secret is not None:
            request["ClientSecret"] = self._pool.client_secret
        with suppress(NotFound), calling("RevokeToken"):
            self._client.revoke_token(**request)
            return
        _LOG.error("a grant was not revoked", extra={"session": session.id})
