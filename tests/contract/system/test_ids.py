"""The machine's identifiers keep their contract."""

from demobackend.adapters.system.ids import SystemIds
from demobackend.ports.clock import Clock
from demobackend.ports.ids import Ids
from demobackend.testing.contracts.ids import IdsContract


class TestSystemIds(IdsContract):
    def ids(self, clock: Clock) -> Ids:
        return SystemIds(clock)
