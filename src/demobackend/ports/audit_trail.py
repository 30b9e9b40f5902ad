"""Audit events at rest, to be read."""

from datetime import datetime
from typing import Protocol

from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.ids import AuditEventId, UserId


class AuditTrail(Protocol):
    """What `AccountStore` and `SessionStore` recorded with their changes: each event is there if, and only if, its change was made.

    Nobody can write here, and nobody can change what is written. Reads see every change that returned before. Every method
    raises `Unavailable` when the store does not answer in time. Source: NIST SP 800-92; docs/ports.md#audit-trail.
    """

    def page(self, user_id: UserId, *, at: datetime, limit: int, after: AuditEventId | None) -> tuple[AuditEvent, ...]:
        """Return the newest events of a user by their ids, at most `limit` (1-100), those before the event `after` if one is given.

        Events that are 400 days old at `at` are no longer told. Fewer than `limit` are the last ones. Raises `Unavailable`.
        """
        ...
