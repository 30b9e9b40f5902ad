"""The password hasher in memory keeps its contract."""

from demobackend.adapters.memory.password_hasher import MemoryPasswordHasher
from demobackend.ports.password_hasher import PasswordHasher
from demobackend.testing.contracts.password_hasher import PasswordHasherContract


class TestMemoryPasswordHasher(PasswordHasherContract):
    def hasher(self) -> PasswordHasher:
        return MemoryPasswordHasher()
