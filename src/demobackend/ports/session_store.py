"""Sessions at rest."""

from typing import Protocol

from demobackend.domain.model.ids import SessionId
from demobackend.domain.model.session import Session


class SessionStore(Protocol):
    """Sessions by id. Changes are durable when they return; reads see every change that returned before.

    An ended or expired session may be forgotten 24 hours after it expires, not before. Every method raises `Unavailable`
    when the store does not answer in time. Source: DynamoDB conditional writes; docs/ports.md#session-store.
    """

    def create(self, session: Session) -> None:
        """Add a session. Raises `AlreadyExists`, `Unavailable`."""
        ...

    def get(self, session_id: SessionId) -> Session:
        """Return a session, alive or not. Raises `NotFound`, `Unavailable`."""
        ...

    def replace(self, session: Session, *, expected: int) -> None:
        """Replace the session of revision `expected`. Of several callers with one expectation one wins.

        Raises `VersionConflict`, `NotFound`, `Unavailable`.
        """
        ...
