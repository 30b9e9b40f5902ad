"""Signing keys in form only: they rotate as RSA keys should, and no library is needed since they sign nothing."""

import base64
import secrets
from datetime import datetime, timedelta
from random import Random

from demobackend.ports.signing_keys import SigningKey

ROTATION = timedelta(days=30)
EARLY = timedelta(days=1)
LATE = timedelta(days=1)
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")  # AlgorithmIdentifier: rsaEncryption, NULL


class PaperKeys:
    """A new key every 30 days, published a day before it signs and a day after; a `SigningKeys`."""

    def __init__(self, start: datetime, *, bits: int = 2_048) -> None:
        self._start = start
        self._bits = bits
        self._seed = secrets.token_hex()

    def signing(self, at: datetime) -> SigningKey:
        """Return the key of the 30 days around `at`."""
        return self.key((at - self._start) // ROTATION)

    def published(self, at: datetime) -> tuple[SigningKey, ...]:
        """Return the present key, and its neighbours shortly before and after the change."""
        numbers = {(moment - self._start) // ROTATION for moment in (at - LATE, at, at + EARLY)}
        return tuple(self.key(number) for number in sorted(numbers, reverse=True) if number >= 0)

    def key(self, number: int) -> SigningKey:
        """Return the key of this number."""
        chance = Random(f"{self._seed}:{number}")
        modulus = chance.getrandbits(self._bits) | 1 << (self._bits - 1) | 1
        return SigningKey(f"{self._seed[:8]}-{number}", _pem(modulus), self._start + number * ROTATION)


def _pem(modulus: int) -> bytes:
    """PKCS #8 around PKCS #1 with this modulus; the other numbers are ones."""
    numbers = b"".join(_value(0x02, _octets(number)) for number in (0, modulus, 65_537, 1, 1, 1, 1, 1, 1))
    whole = _value(0x30, _value(0x02, b"\0") + _RSA + _value(0x04, _value(0x30, numbers)))
    return b"-----BEGIN PRIVATE KEY-----\n" + base64.encodebytes(whole) + b"-----END PRIVATE KEY-----\n"


def _value(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = _octets(length).lstrip(b"\0")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def _octets(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1)
