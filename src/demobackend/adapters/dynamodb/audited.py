"""Changes of one row that are made together with the event that tells of them."""

from demobackend.adapters.dynamodb.actions import ABSENT, Put
from demobackend.adapters.dynamodb.audit_rows import event_to_row
from demobackend.adapters.dynamodb.table import Cancelled, ConditionFailed, Table
from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.errors import AlreadyExists


def write_audited(table: Table, change: Put, audit: AuditEvent | None) -> None:
    """Make the change and add its event, if it has one: one call, which is known again when its answer was lost.

    Raises `ConditionFailed` with the row that does not meet the change's condition, `AlreadyExists` when the event's id is
    taken, `Unavailable`.
    """
    if audit is None:
        table.write_once(change)
        return
    try:
        table.transact(change, Put(event_to_row(audit), ABSENT))
    except Cancelled as refusal:
        of_change, _ = refusal.reasons
        if of_change.failed:
            raise ConditionFailed(of_change.row) from None
        raise AlreadyExists from None
