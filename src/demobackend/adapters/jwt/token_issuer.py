"""Makes access tokens with Amazon Cognito's claims."""

from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from demobackend.adapters.jwt.claims import TOKEN_USE
from demobackend.adapters.jwt.rsa import ALGORITHM, private_key
from demobackend.adapters.token_claims import GROUPS
from demobackend.domain.model.account import Account
from demobackend.domain.model.session import Session
from demobackend.domain.model.tokens import AccessToken
from demobackend.ports.ids import Ids
from demobackend.ports.signing_keys import SigningKey, SigningKeys


class JwtIssuer:
    """`TokenIssuer` with RS256; `kid` names the key. Times are cut to whole seconds, so a token never outlives `life`."""

    def __init__(self, keys: SigningKeys, ids: Ids, *, issuer: str, client_id: str, life: timedelta) -> None:
        self._keys = keys
        self._ids = ids
        self._issuer = issuer
        self._client_id = client_id
        self._life = life
        self._loaded: tuple[SigningKey, RSAPrivateKey] | None = None

    def issue(self, account: Account, session: Session, *, at: datetime) -> AccessToken:
        """As `TokenIssuer.issue`. Raises `Unavailable`."""
        issued_at = int(at.timestamp())
        claims: dict[str, object] = {
            "iss": self._issuer,
            "sub": account.id,
            "client_id": self._client_id,
            "token_use": TOKEN_USE,
            "iat": issued_at,
            "exp": issued_at + int(self._life.total_seconds()),
            "jti": self._ids.new(),
            "sid": session.id,
        }
        if account.roles:
            claims[GROUPS] = sorted(role.value for role in account.roles)
        signing = self._keys.signing(at)
        text = jwt.encode(claims, self._private(signing), algorithm=ALGORITHM, headers={"kid": signing.id})
        return AccessToken(text, self._life)

    def revoke(self, session: Session) -> None:
        """Nothing to do: nobody holds a grant, and every call reads the session's record, so a token of an ended one is refused
        at once. Raises nothing."""

    def _private(self, signing: SigningKey) -> RSAPrivateKey:
        """The key itself; reading it from PEM costs more than signing."""
        loaded = self._loaded
        if loaded is None or loaded[0] != signing:
            loaded = self._loaded = (signing, private_key(signing))
        return loaded[1]
