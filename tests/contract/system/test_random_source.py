"""The machine's randomness keeps its contract."""

from demobackend.adapters.system.random_source import SystemRandom
from demobackend.ports.random_source import RandomSource
from demobackend.testing.contracts.random_source import RandomSourceContract


class TestSystemRandom(RandomSourceContract):
    def source(self) -> RandomSource:
        return SystemRandom()
