"""Audit events in Amazon DynamoDB."""

from datetime import datetime

from demobackend.adapters.dynamodb.actions import Condition, Question
from demobackend.adapters.dynamodb.attributes import Row
from demobackend.adapters.dynamodb.audit_rows import event_from_row, event_key
from demobackend.adapters.dynamodb.moments import to_ms
from demobackend.adapters.dynamodb.table import Table
from demobackend.domain.model.audit import AUDIT_KEPT, AuditEvent
from demobackend.domain.model.ids import AuditEventId, UserId


class DynamoDbAuditTrail:
    """Events by user and id, as the stores on the same table wrote them; an `AuditTrail`. Time to live takes each away some time
    after its 400 days."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(self, user_id: UserId, *, at: datetime, limit: int, after: AuditEventId | None) -> tuple[AuditEvent, ...]:
        """Return the newest events of a user, those before the event `after` if one is given: one query, more only where some that
        are too old lie among them. Raises `Corrupt`, `Unavailable`."""
        question = Question(
            keys=Condition("#PK = :user", {"user": event_key(user_id, AuditEventId("")).pk}),
            where=Condition("#at > :told_since", {"told_since": to_ms(at - AUDIT_KEPT)}),
            forward=False,
        )
        events: list[AuditEvent] = []
        last: Row | None = None if after is None else _key_row(user_id, after)
        while len(events) < limit:
            page = self._table.query(question, limit=limit - len(events), after=last)
            events += map(event_from_row, page.rows)
            if page.last is None:
                break
            last = page.last
        return tuple(events)


def _key_row(user_id: UserId, event_id: AuditEventId) -> Row:
    key = event_key(user_id, event_id)
    return {"PK": key.pk, "SK": key.sk}
