"""How a browser may show stored bytes: Content-Disposition and which types are safe inline."""

import unicodedata
from enum import StrEnum
from urllib.parse import quote

SAFE_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"})


class Disposition(StrEnum):
    """Show it, or save it."""

    INLINE = "inline"
    ATTACHMENT = "attachment"


def allowed_disposition(wanted: Disposition, media_type: str) -> Disposition:
    """`INLINE` only for types that cannot run code; `media_type` without parameters. Active content is always saved."""
    return wanted if media_type in SAFE_INLINE else Disposition.ATTACHMENT


def content_disposition(disposition: Disposition, name: str) -> str:
    """The header's value (RFC 6266): a quoted ASCII `filename` for old readers and `filename*` with the name itself."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(character if character.isprintable() and character not in '"\\%' else "_" for character in plain)
    return f"{disposition.value}; filename=\"{plain.strip() or 'file'}\"; filename*=UTF-8''{quote(name, safe='')}"
