"""Makes access tokens."""

from datetime import datetime
from typing import Protocol

from demobackend.domain.model.account import Account
from demobackend.domain.model.session import Session
from demobackend.domain.model.tokens import AccessToken


class TokenIssuer(Protocol):
    """Makes access tokens for sessions. Source: Amazon Cognito's access token; docs/ports.md#token-issuer."""

    def issue(self, account: Account, session: Session, *, at: datetime) -> AccessToken:
        """Return a token for this session, valid from `at`. Raises `Unauthenticated` when the provider has revoked the session's
        grant, `Unavailable`."""
        ...

    def revoke(self, session: Session) -> None:
        """Make the provider forget the session's grant, however often it is asked to. Nothing where tokens come from the account
        alone: the session's record is what counts. Raises `Unavailable`."""
        ...
