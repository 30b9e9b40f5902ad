"""SHA-256 digests as S3 spells them: Base64 in headers, with the number of parts behind it when it covers parts."""

import base64
import binascii
import re

from demobackend.domain.model.errors import Corrupt
from demobackend.domain.model.names import Sha256

_OF_PARTS = re.compile(r"[A-Za-z0-9+/=]+-[0-9]+")


def to_base64(digest: Sha256) -> str:
    """The value of `x-amz-checksum-sha256`."""
    return base64.b64encode(bytes.fromhex(digest.value)).decode()


def from_base64(checksum: str | None) -> Sha256 | None:
    """The inverse of `to_base64`; None for an object without one, or whose checksum is one of its parts' checksums.

    Raises `Corrupt` for what is no SHA-256. Source: S3 user guide, "Checking object integrity" (COMPOSITE and FULL_OBJECT).
    """
    if checksum is None or _OF_PARTS.fullmatch(checksum):
        return None
    try:
        octets = base64.b64decode(checksum, validate=True)
    except binascii.Error:
        raise Corrupt from None
    if len(octets) != 32:
        raise Corrupt
    return Sha256(octets.hex())
