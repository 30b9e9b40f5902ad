"""Sessions at rest."""

from typing import Protocol

from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.ids import SessionId
from demobackend.domain.model.session import Session


class SessionStore(Protocol):
    """Sessions by id. Changes are durable when they return; reads see every change that returned before.

    A change is made together with the event that tells of it, or neither is; an `AuditTrail` returns the events. An ended or
    expired session may be forgotten 24 hours after it expires, not before. Every method raises `Unavailable` when the store
    does not answer in time. Source: DynamoDB transactions; docs/ports.md#session-store.
    """

    def create(self, session: Session, *, audit: AuditEvent) -> None:
        """Add a session. Raises `AlreadyExists` when its id or the event's id is taken, `Unavailable`."""
        ...

    def get(self, session_id: SessionId) -> Session:
        """Return a session, alive or not. Raises `NotFound`, `Unavailable`."""
        ...

    def replace(self, session: Session, *, expected: int, audit: AuditEvent | None) -> None:
        """Replace the session of revision `expected`. Of several callers with one expectation one wins. None records nothing, as
        for a rotation.

        Raises `VersionConflict`, `NotFound`, `AlreadyExists` when the event's id is taken, `Unavailable`.
        """
        ...
