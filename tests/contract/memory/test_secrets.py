"""The secrets in memory keep their contract."""

from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.ports.secrets import Secrets
from demobackend.testing.contracts.secrets import SecretsContract


class TestMemorySecrets(SecretsContract):
    def secrets(self) -> Secrets:
        return MemorySecrets()
