"""Sequential identifiers keep their contract."""

from demobackend.adapters.memory.ids import SequentialIds
from demobackend.ports.clock import Clock
from demobackend.ports.ids import Ids
from demobackend.testing.contracts.ids import IdsContract


class TestSequentialIds(IdsContract):
    def ids(self, clock: Clock) -> Ids:
        return SequentialIds(clock)
