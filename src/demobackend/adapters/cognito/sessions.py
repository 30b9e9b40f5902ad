"""Cognito's answer to a sign-in or a renewal, and which session its access token belongs to."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import jwt

from demobackend.domain.model.errors import NotFound, Unavailable
from demobackend.domain.model.ids import SessionId, known_form
from demobackend.domain.model.tokens import AccessToken

if TYPE_CHECKING:
    from types_boto3_cognito_idp.type_defs import AuthenticationResultTypeTypeDef

_LOG = logging.getLogger("demobackend.aws")


@dataclass(frozen=True, slots=True, repr=False)
class Granted:
    """An access token, whose it is and of which session, and the refresh token that came with it, if one did."""

    access: AccessToken
    username: str
    session_id: SessionId
    refresh: str | None


def granted(result: "AuthenticationResultTypeTypeDef") -> Granted:
    """Read an answer. Raises `Unavailable` when the token names no session: the app client has token revocation switched off.

    The session is the claim `origin_jti`, "the originating JWT identifier, from when the original authentication occurred", by
    which Cognito itself knows what a revocation ends. The signature is not checked: the answer came from Cognito directly.
    Source: Amazon Cognito developer guide, "Understanding the access token", "Ending user sessions with token revocation".
    """
    text = result["AccessToken"]
    try:
        claims = jwt.decode(text, options={"verify_signature": False})
        session_id = SessionId(known_form(str(claims.get("origin_jti"))))
    except (NotFound, jwt.InvalidTokenError):
        _LOG.exception("an access token names no session: switch token revocation on for the app client")
        raise Unavailable from None
    access = AccessToken(text, timedelta(seconds=result["ExpiresIn"]))
    return Granted(access, str(claims.get("username")), session_id, result.get("RefreshToken"))
