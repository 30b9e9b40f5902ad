"""Audit events: what happened to an account, by whose session and when, and nothing that would tell who the person is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from demobackend.domain.model.ids import AuditEventId, SessionId, UserId

AUDIT_KEPT = timedelta(days=400)
"""How long an event is told: a year and what it takes to look back at one."""


class AuditAction(StrEnum):
    """What a change did. An account that was registered anew before its address was confirmed is registered twice."""

    REGISTERED = "registered"
    CONFIRMED = "confirmed"
    PROFILE_CHANGED = "profile_changed"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    REFRESH_REUSED = "refresh_reused"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One change of an account or of its sessions. `session_id` is the session that began, ended or made the change; None where there
    was none. It holds no address, no name, no secret and no network, so it may outlive the account.

    `at` is UTC with millisecond precision. Ids are UUIDv7 and sort by when they were made.
    """

    id: AuditEventId
    at: datetime
    action: AuditAction
    user_id: UserId
    session_id: SessionId | None = None
