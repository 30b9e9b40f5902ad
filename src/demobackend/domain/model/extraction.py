"""What became of a file's text."""

from dataclasses import dataclass
from enum import StrEnum

MAX_TEXT_BYTES = 10 * 1024 * 1024
"""How much of a file's text is indexed, in bytes of UTF-8."""

# What reading one document may cost, unless a deployment chooses otherwise.
MAX_CPU_SECONDS = 10
MAX_WALL_SECONDS = 20
MAX_MEMORY_BYTES = 1024**3


class TextStatus(StrEnum):
    """`PARTIAL`: cut, or some pages cannot be read. `NONE`: no text in this type. `UNREADABLE`: broken, locked or over a limit."""

    PENDING = "pending"
    INDEXED = "indexed"
    PARTIAL = "partial"
    NONE = "none"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Extraction:
    """A file's text, at most `MAX_TEXT_BYTES` of valid UTF-8 without NUL; empty unless `INDEXED` or `PARTIAL`.

    `reason` says in one stable word why a file is `UNREADABLE`: `broken`, `locked` (needs a password), `bomb` (unpacks to far more
    than it is), `too_large`, `too_slow`, `too_much_memory` or `crashed`. It is None for every other status.
    """

    text: str
    status: TextStatus
    reason: str | None = None
