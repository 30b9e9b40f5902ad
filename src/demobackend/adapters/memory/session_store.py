"""Sessions in memory."""

from threading import Lock

from demobackend.domain.model.errors import AlreadyExists, NotFound, VersionConflict
from demobackend.domain.model.ids import SessionId
from demobackend.domain.model.session import Session


class MemorySessionStore:
    """Sessions by id, all kept: this store has no clock to forget them by; a `SessionStore`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sessions: dict[SessionId, Session] = {}

    def create(self, session: Session) -> None:
        """Add a session. Raises `AlreadyExists`."""
        with self._lock:
            if session.id in self._sessions:
                raise AlreadyExists
            self._sessions[session.id] = session

    def get(self, session_id: SessionId) -> Session:
        """Return a session, alive or not. Raises `NotFound`."""
        with self._lock:
            return self._held(session_id)

    def replace(self, session: Session, *, expected: int) -> None:
        """Replace the session of revision `expected`. Raises `VersionConflict`, `NotFound`."""
        with self._lock:
            if self._held(session.id).revision != expected:
                raise VersionConflict
            self._sessions[session.id] = session

    def _held(self, session_id: SessionId) -> Session:
        if session_id not in self._sessions:
            raise NotFound
        return self._sessions[session_id]
