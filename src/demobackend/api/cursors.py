"""Cursors: marks of where a listing goes on, sealed for one caller and one question."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from demobackend.domain.model.errors import Malformed
from demobackend.ports.secrets import Purpose, Secrets

LIFE = timedelta(hours=24)
_MAX_CHARACTERS = 2048


@dataclass(frozen=True, slots=True)
class Cursors:
    """Seals and opens. A cursor is base64url of `<expiry, 8 bytes, seconds><HMAC-SHA256><mark>`; the MAC binds `context` too."""

    secrets: Secrets

    def seal(self, mark: str, *, context: str, at: datetime) -> str:
        """Return a cursor that opens for 24 hours. Raises `Unavailable`."""
        expiry = int((at + LIFE).timestamp()).to_bytes(8)
        sealed = expiry + _mac(self.secrets.keys(Purpose.CURSOR)[0], expiry, mark.encode(), context) + mark.encode()
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, cursor: str, *, context: str, at: datetime) -> str:
        """Return the mark. Raises `Malformed` (`invalid_cursor`) for anything but a living cursor of this caller and question."""
        sealed = _decode(cursor)
        expiry, mac, mark = sealed[:8], sealed[8:40], sealed[40:]
        keys = self.secrets.keys(Purpose.CURSOR)
        genuine = any([hmac.compare_digest(_mac(key, expiry, mark, context), mac) for key in keys])
        if not genuine or datetime.fromtimestamp(int.from_bytes(expiry), UTC) <= at:
            raise _invalid()
        return mark.decode()


def _mac(key: bytes, expiry: bytes, mark: bytes, context: str) -> bytes:
    bound = sha256(context.encode(errors="surrogatepass")).digest()
    return hmac.new(key, b"cursor:" + expiry + bound + mark, sha256).digest()


def _decode(cursor: str) -> bytes:
    if not 56 <= len(cursor) <= _MAX_CHARACTERS or not cursor.isascii():
        raise _invalid()
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise _invalid() from None
    if base64.urlsafe_b64encode(sealed).rstrip(b"=").decode() != cursor:  # one spelling only
        raise _invalid()
    return sealed


def _invalid() -> Malformed:
    return Malformed("invalid_cursor", "The cursor is not valid here.")
