"""Sessions in Amazon DynamoDB."""

from demobackend.adapters.dynamodb.actions import ABSENT, Condition, Put
from demobackend.adapters.dynamodb.audited import write_audited
from demobackend.adapters.dynamodb.session_rows import session_from_row, session_key, session_to_row
from demobackend.adapters.dynamodb.table import ConditionFailed, Table
from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.errors import AlreadyExists, NotFound, VersionConflict
from demobackend.domain.model.ids import SessionId
from demobackend.domain.model.session import Session


class DynamoDbSessionStore:
    """Sessions by id; a `SessionStore`. Time to live takes each away some time after 24 hours from its expiry."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, session: Session, *, audit: AuditEvent) -> None:
        """Add a session: one transaction. Raises `AlreadyExists`, `Unavailable`."""
        try:
            write_audited(self._table, Put(session_to_row(session), ABSENT), audit)
        except ConditionFailed:
            raise AlreadyExists from None

    def get(self, session_id: SessionId) -> Session:
        """Return a session, alive or not: one read. Raises `NotFound`, `Corrupt`, `Unavailable`."""
        row = self._table.get(session_key(session_id))
        if row is None:
            raise NotFound
        return session_from_row(row)

    def replace(self, session: Session, *, expected: int, audit: AuditEvent | None) -> None:
        """Replace the session of revision `expected`: one conditional write or transaction.

        Raises `VersionConflict`, `NotFound`, `AlreadyExists`, `Unavailable`.
        """
        as_read = Condition("#revision = :expected", {"expected": expected})
        try:
            write_audited(self._table, Put(session_to_row(session), as_read), audit)
        except ConditionFailed as refusal:
            raise NotFound if refusal.row is None else VersionConflict from None
