"""The account store in memory keeps its contract."""

from demobackend.adapters.memory.account_store import MemoryAccountStore
from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.ports.account_store import AccountStore
from demobackend.testing.contracts.account_store import AccountStoreContract


class TestMemoryAccountStore(AccountStoreContract):
    def empty_store(self) -> AccountStore:
        return MemoryAccountStore(MemoryAuditTrail())
