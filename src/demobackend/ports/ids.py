"""New identifiers."""

from typing import Protocol


class Ids(Protocol):
    """Makes identifiers that nobody has used and that sort by when they were made."""

    def new(self) -> str:
        """Return a UUIDv7 (RFC 9562), lower-case with hyphens; later calls in one process sort after earlier ones. Raises nothing."""
        ...
