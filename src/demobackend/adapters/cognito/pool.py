"""Which user pool, and how our client in it proves itself."""

import base64
import hmac
from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class CognitoPool:
    """A user pool and our app client in it. Usernames are our user ids.

    `issuer` is the claim `iss` of the pool's tokens, `https://cognito-idp.<region>.amazonaws.com/<pool>`.
    Source: Amazon Cognito developer guide, "Verifying JSON web tokens".
    """

    user_pool_id: str
    client_id: str
    client_secret: str | None = field(repr=False)
    issuer: str

    def secret_hash(self, username: str) -> str | None:
        """What goes with each call that names a user: base64 of HMAC-SHA256 by the client's secret; None for a client without one.

        Source: Amazon Cognito developer guide, "Computing secret hash values".
        """
        if self.client_secret is None:
            return None
        digest = hmac.new(self.client_secret.encode(), f"{username}{self.client_id}".encode(), sha256).digest()
        return base64.b64encode(digest).decode()
