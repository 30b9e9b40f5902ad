"""Whether something that we stand on answers."""

from typing import Protocol


class Probe(Protocol):
    """One thing that must work for us to work."""

    @property
    def name(self) -> str:
        """A short stable name, such as `catalog`."""
        ...

    def check(self) -> None:
        """Ask it something cheap that proves it works. Raises `Unavailable`."""
        ...
