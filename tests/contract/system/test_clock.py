"""The machine's clock keeps its contract."""

from demobackend.adapters.system.clock import SystemClock
from demobackend.ports.clock import Clock
from demobackend.testing.contracts.clock import ClockContract


class TestSystemClock(ClockContract):
    def clock(self) -> Clock:
        return SystemClock()
