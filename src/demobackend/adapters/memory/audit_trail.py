"""Audit events in memory."""

from bisect import bisect_left, insort
from collections import defaultdict
from datetime import datetime
from threading import Lock

from demobackend.domain.model.audit import AUDIT_KEPT, AuditEvent
from demobackend.domain.model.errors import AlreadyExists
from demobackend.domain.model.ids import AuditEventId, UserId


class MemoryAuditTrail:
    """Events by user and id; an `AuditTrail`, which the stores in memory write to. Each event of a user lets the old ones go."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._events: defaultdict[UserId, list[AuditEvent]] = defaultdict(list)

    def record(self, event: AuditEvent) -> None:
        """Add an event, for a store that holds its own lock and changes what the event tells of next. Raises `AlreadyExists`."""
        with self._lock:
            events = self._events[event.user_id]
            if any(each.id == event.id for each in events):
                raise AlreadyExists
            events[:] = [each for each in events if _is_told(each, event.at)]
            insort(events, event, key=_id)

    def page(self, user_id: UserId, *, at: datetime, limit: int, after: AuditEventId | None) -> tuple[AuditEvent, ...]:
        """Return the newest events of a user, those before the event `after` if one is given."""
        with self._lock:
            events = self._events.get(user_id, [])
            end = len(events) if after is None else bisect_left(events, after, key=_id)
            told = [event for event in reversed(events[:end]) if _is_told(event, at)]
        return tuple(told[:limit])


def _id(event: AuditEvent) -> AuditEventId:
    return event.id


def _is_told(event: AuditEvent, at: datetime) -> bool:
    return event.at > at - AUDIT_KEPT
