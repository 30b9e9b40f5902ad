"""Access tokens that only this process believes."""

import base64
import binascii
import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TypedDict

from demobackend.domain.model.account import Account
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.errors import Unauthenticated
from demobackend.domain.model.ids import SessionId, UserId
from demobackend.domain.model.session import Session
from demobackend.domain.model.tokens import AccessToken, Claims
from demobackend.ports.ids import Ids
from demobackend.ports.secrets import Purpose, Secrets

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_PREFIX = "m1"


class _Payload(TypedDict):
    """What a token says; times in milliseconds since 1970 (UTC)."""

    jti: str
    sub: str
    sid: str
    roles: list[str]
    iat: int
    exp: int


class MemoryTokens:
    """Issues and believes `m1.<JSON claims>.<HMAC-SHA256>`, both in base64url; a `TokenIssuer` and its `TokenVerifier`."""

    def __init__(self, secrets: Secrets, ids: Ids, life: timedelta) -> None:
        self._secrets = secrets
        self._ids = ids
        self._life = life

    def issue(self, account: Account, session: Session, *, at: datetime) -> AccessToken:
        """Return a token for this session, valid from `at` for this issuer's life. Raises `Unavailable`."""
        payload = _Payload(
            jti=self._ids.new(),
            sub=account.id,
            sid=session.id,
            roles=sorted(account.roles),
            iat=(at - _EPOCH) // _MILLISECOND,
            exp=(at + self._life - _EPOCH) // _MILLISECOND,
        )
        body = _base64url(json.dumps(payload, separators=(",", ":")).encode())
        return AccessToken(f"{_PREFIX}.{body}.{_mac(body, self._keys()[0])}", self._life)

    def revoke(self, session: Session) -> None:
        """Nothing to do: nobody holds a grant, and every call reads the session's record, so a token of an ended one is refused
        at once. Raises nothing."""

    def verify(self, token: str, *, at: datetime) -> Claims:
        """Return the claims of a genuine token that is valid at `at`. Raises `Unauthenticated`, `Unavailable`."""
        payload = self._opened(token)
        issued, expires = (_EPOCH + payload[claim] * _MILLISECOND for claim in ("iat", "exp"))
        if not issued <= at < expires:
            raise Unauthenticated
        roles = frozenset(SiteRole(role) for role in payload["roles"])
        return Claims(user_id=UserId(payload["sub"]), session_id=SessionId(payload["sid"]), roles=roles, expires_at=expires)

    def key_set(self) -> dict[str, list[dict[str, str]]]:
        """Return an empty key set: a symmetric key is nobody else's to see."""
        return {"keys": []}

    def _opened(self, token: str) -> _Payload:
        prefix, _, rest = token.partition(".")
        body, _, mac = rest.partition(".")
        given = mac.encode(errors="replace")  # compare_digest takes ASCII text only
        genuine = [hmac.compare_digest(_mac(body, key).encode(), given) for key in self._keys()]  # every key, so that time tells nothing
        if prefix != _PREFIX or not any(genuine):
            raise Unauthenticated
        payload: _Payload = json.loads(_octets(body))
        return payload

    def _keys(self) -> tuple[bytes, ...]:
        # Derived, so that no refresh token's MAC is ever an access token's.
        return tuple(hmac.new(key, b"access token", sha256).digest() for key in self._secrets.keys(Purpose.REFRESH_TOKEN))


def _mac(body: str, key: bytes) -> str:
    return _base64url(hmac.new(key, f"{_PREFIX}.{body}".encode(errors="surrogatepass"), sha256).digest())


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _octets(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise Unauthenticated from None
