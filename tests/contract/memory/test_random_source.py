"""The seeded source of randomness keeps its contract."""

from demobackend.adapters.memory.random_source import SeededRandom
from demobackend.ports.random_source import RandomSource
from demobackend.testing.contracts.random_source import RandomSourceContract


class TestSeededRandom(RandomSourceContract):
    def source(self) -> RandomSource:
        return SeededRandom()
