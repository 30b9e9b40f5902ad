"""Keys that sign what we hand out and take back."""

from enum import StrEnum
from typing import Protocol


class Purpose(StrEnum):
    """What a key is for; keys of different purposes are independent."""

    CURSOR = "cursor"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - a name, no secret
    BLOB_URL = "blob_url"


class Secrets(Protocol):
    """Holds symmetric keys. They outlive restarts exactly as long as what they signed must.

    Source: AWS Secrets Manager's staging labels (AWSCURRENT, AWSPREVIOUS).
    """

    def keys(self, purpose: Purpose) -> tuple[bytes, ...]:
        """Return the keys, 32 bytes each, at least one: the first signs, all verify. Raises `Unavailable`.

        The first is the newest, but for the minutes after a rotation in which another process may not know that one yet.
        """
        ...
