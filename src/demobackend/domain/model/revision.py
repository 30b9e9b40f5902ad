"""Which state of a thing a caller means to change: HTTP's If-Match in the domain's words."""

from dataclasses import dataclass
from typing import Protocol

from demobackend.domain.model.errors import PreconditionRequired, VersionConflict


class Revised(Protocol):
    """A thing that counts its changes from 1."""

    @property
    def revision(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Expected:
    """The revisions that the caller accepts. `revisions` None means any; `given` False means that none was named."""

    revisions: frozenset[int] | None = None
    given: bool = True

    def require(self, thing: Revised) -> None:
        """Raises `PreconditionRequired` when nothing was named, `VersionConflict` when another revision was."""
        if not self.given:
            raise PreconditionRequired
        self.allow(thing)

    def allow(self, thing: Revised) -> None:
        """Raises `VersionConflict` when a revision was named and it is not this one."""
        if self.given and self.revisions is not None and thing.revision not in self.revisions:
            raise VersionConflict


ANY = Expected()
NOT_GIVEN = Expected(given=False)
