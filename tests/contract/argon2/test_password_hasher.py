"""The Argon2id password hasher keeps its contract."""

from demobackend.adapters.argon2.password_hasher import Argon2PasswordHasher
from demobackend.ports.password_hasher import PasswordHasher
from demobackend.testing.contracts.password_hasher import PasswordHasherContract


class TestArgon2PasswordHasher(PasswordHasherContract):
    def hasher(self) -> PasswordHasher:
        return Argon2PasswordHasher()
