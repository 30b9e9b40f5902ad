"""E-mail addresses: which ones we take, and when two spellings are one account."""

import re
import unicodedata
from dataclasses import dataclass

from demobackend.domain.model.errors import InvalidInput

_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\\\].\x00-\x20\x7f]+(?:\.[^\s@\"(),:;<>\[\\\].\x00-\x20\x7f]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
MAX_CHARACTERS = 254
MAX_LOCAL_BYTES = 64


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """`given` as typed; `canonical` names the account and receives its mail.

    Canonical: NFKC, case folded, the domain in its ASCII (IDNA) form. At most 254 characters, local part at most 64
    bytes of UTF-8, at least two labels in the domain; no quoted local parts, no address literals (RFC 5321, RFC 6531).
    Raises `InvalidInput` (`invalid_email`).
    """

    given: str

    def __post_init__(self) -> None:
        _canonical(self.given)

    @property
    def canonical(self) -> str:
        """One spelling for all spellings of an account's address."""
        return _canonical(self.given)

    @property
    def masked(self) -> str:
        """For showing to somebody who may not know it: first character and top-level domain only, `a***@***.test`."""
        local, _, domain = self.canonical.partition("@")
        return f"{local[0]}***@***.{domain.rpartition('.')[2]}"


def _canonical(given: str) -> str:
    if len(given) > MAX_CHARACTERS:  # before any work that grows with the length
        raise _invalid()
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", given).casefold())
    local, at, domain = text.rpartition("@")
    if not at or _LOCAL.fullmatch(local) is None or any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zs"} for c in local):
        raise _invalid()
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        raise _invalid() from None
    labels = domain.split(".")
    if len(local.encode()) > MAX_LOCAL_BYTES or len(labels) < 2 or labels[-1].isdigit():
        raise _invalid()
    if not all(_LABEL.fullmatch(label) for label in labels) or len(local) + 1 + len(domain) > MAX_CHARACTERS:
        raise _invalid()
    return f"{local}@{domain}"


def _invalid() -> InvalidInput:
    return InvalidInput.at("/email", "invalid_email", "This is not an e-mail address that we can use.")
