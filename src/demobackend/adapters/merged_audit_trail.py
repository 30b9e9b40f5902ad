"""Audit events of several stores as one trail."""

from dataclasses import dataclass
from datetime import datetime

from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.ids import AuditEventId, UserId
from demobackend.ports.audit_trail import AuditTrail


@dataclass(frozen=True, slots=True)
class MergedAuditTrail:
    """For accounts and sessions of two technologies, each of which keeps the events of its own changes; an `AuditTrail`."""

    trails: tuple[AuditTrail, ...]

    def page(self, user_id: UserId, *, at: datetime, limit: int, after: AuditEventId | None) -> tuple[AuditEvent, ...]:
        """Return the newest events of a user: a page of each trail, and the newest of those. Raises `Unavailable`."""
        events = [event for trail in self.trails for event in trail.page(user_id, at=at, limit=limit, after=after)]
        return tuple(sorted(events, key=lambda event: event.id, reverse=True)[:limit])
