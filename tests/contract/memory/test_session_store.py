"""The session store in memory keeps its contract."""

from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.adapters.memory.session_store import MemorySessionStore
from demobackend.ports.session_store import SessionStore
from demobackend.testing.contracts.session_store import SessionStoreContract


class TestMemorySessionStore(SessionStoreContract):
    def empty_store(self) -> SessionStore:
        return MemorySessionStore(MemoryAuditTrail())
