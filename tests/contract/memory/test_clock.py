"""The clock that tests move keeps its contract."""

from demobackend.adapters.memory.clock import ManualClock
from demobackend.ports.clock import Clock
from demobackend.testing.contracts.clock import ClockContract


class TestManualClock(ClockContract):
    def clock(self) -> Clock:
        return ManualClock()
