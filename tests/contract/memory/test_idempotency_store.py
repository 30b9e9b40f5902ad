"""The idempotency store in memory keeps its contract."""

from demobackend.adapters.memory.idempotency_store import MemoryIdempotencyStore
from demobackend.ports.idempotency_store import IdempotencyStore
from demobackend.testing.contracts.idempotency_store import IdempotencyStoreContract


class TestMemoryIdempotencyStore(IdempotencyStoreContract):
    def empty_store(self) -> IdempotencyStore:
        return MemoryIdempotencyStore()
