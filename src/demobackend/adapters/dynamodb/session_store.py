"""Sessions in Amazon DynamoDB."""

from demobackend.adapters.dynamodb.actions import ABSENT, Condition, Put
from demobackend.adapters.dynamodb.session_rows import session_from_row, session_key, session_to_row
from demobackend.adapters.dynamodb.table import ConditionFailed, Table
from demobackend.domain.model.errors import AlreadyExists, NotFound, VersionConflict
from demobackend.domain.model.ids import SessionId
from demobackend.domain.model.session import Session


class DynamoDbSessionStore:
    """Sessions by id; a `SessionStore`. Time to live takes each away some time after 24 hours from its expiry."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, session: Session) -> None:
        """Add a session: one conditional write. Raises `AlreadyExists`, `Unavailable`."""
        try:
            self._table.write_once(Put(session_to_row(session), ABSENT))
        except ConditionFailed:
            raise AlreadyExists from None

    def get(self, session_id: SessionId) -> Session:
        """Return a session, alive or not: one read. Raises `NotFound`, `Corrupt`, `Unavailable`."""
        row = self._table.get(session_key(session_id))
        if row is None:
            raise NotFound
        return session_from_row(row)

    def replace(self, session: Session, *, expected: int) -> None:
        """Replace the session of revision `expected`: one conditional write. Raises `VersionConflict`, `NotFound`, `Unavailable`."""
        as_read = Condition("#revision = :expected", {"expected": expected})
        try:
            self._table.write_once(Put(session_to_row(session), as_read))
        except ConditionFailed as refusal:
            raise NotFound if refusal.row is None else VersionConflict from None
