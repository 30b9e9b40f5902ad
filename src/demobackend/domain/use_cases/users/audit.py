"""Events for the changes that use cases make; the stores keep each together with its change."""

from datetime import datetime

from demobackend.domain.model.audit import AuditAction, AuditEvent
from demobackend.domain.model.ids import AuditEventId, SessionId, UserId
from demobackend.ports.ids import Ids


def new_event(ids: Ids, action: AuditAction, user_id: UserId, *, at: datetime, session_id: SessionId | None = None) -> AuditEvent:
    """An event that nobody has recorded yet. Raises nothing."""
    return AuditEvent(id=AuditEventId(ids.new()), at=at, action=action, user_id=user_id, session_id=session_id)
