"""The audit trail in memory keeps its contract, alone and merged."""

from demobackend.adapters.memory.account_store import MemoryAccountStore
from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.adapters.memory.session_store import MemorySessionStore
from demobackend.adapters.merged_audit_trail import MergedAuditTrail
from demobackend.testing.contracts.audit_trail import AuditedStores, AuditTrailContract


class TestMemoryAuditTrail(AuditTrailContract):
    def empty_stores(self) -> AuditedStores:
        trail = MemoryAuditTrail()
        return AuditedStores(accounts=MemoryAccountStore(trail), sessions=MemorySessionStore(trail), trail=trail)


class TestMergedAuditTrail(AuditTrailContract):
    def empty_stores(self) -> AuditedStores:
        of_accounts, of_sessions = MemoryAuditTrail(), MemoryAuditTrail()
        trail = MergedAuditTrail((of_accounts, of_sessions))
        return AuditedStores(accounts=MemoryAccountStore(of_accounts), sessions=MemorySessionStore(of_sessions), trail=trail)
