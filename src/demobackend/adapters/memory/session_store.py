"""Sessions in memory."""

from threading import Lock

from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.domain.model.audit import AuditEvent
from demobackend.domain.model.errors import AlreadyExists, NotFound, VersionConflict
from demobackend.domain.model.ids import SessionId
from demobackend.domain.model.session import Session


class MemorySessionStore:
    """Sessions by id, all kept: this store has no clock to forget them by; a `SessionStore`.

    Events are written to the trail while the lock is held: whoever reads one and then the session sees what it tells of.
    """

    def __init__(self, trail: MemoryAuditTrail) -> None:
        self._trail = trail
        self._lock = Lock()
        self._sessions: dict[SessionId, Session] = {}

    def create(self, session: Session, *, audit: AuditEvent) -> None:
        """Add a session. Raises `AlreadyExists` when its id or the event's id is taken."""
        with self._lock:
            if session.id in self._sessions:
                raise AlreadyExists
            self._trail.record(audit)
            self._sessions[session.id] = session

    def get(self, session_id: SessionId) -> Session:
        """Return a session, alive or not. Raises `NotFound`."""
        with self._lock:
            return self._held(session_id)

    def replace(self, session: Session, *, expected: int, audit: AuditEvent | None) -> None:
        """Replace the session of revision `expected`. Raises `VersionConflict`, `NotFound`, `AlreadyExists`."""
        with self._lock:
            if self._held(session.id).revision != expected:
                raise VersionConflict
            if audit is not None:
                self._trail.record(audit)
            self._sessions[session.id] = session

    def _held(self, session_id: SessionId) -> Session:
        if session_id not in self._sessions:
            raise NotFound
        return self._sessions[session_id]
