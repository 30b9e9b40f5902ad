"""What every clock promises."""

from abc import abstractmethod
from datetime import timedelta

from demobackend.ports.clock import Clock
from demobackend.testing.contracts.contract import Contract

MANY = 200  # one uncut time in a thousand looks cut


class ClockContract(Contract):
    """The promises of `Clock`."""

    @abstractmethod
    def clock(self) -> Clock:
        """Return a clock."""

    def test_the_time_is_aware_and_in_utc(self) -> None:
        clock = self.clock()
        assert {clock.now().utcoffset() for _ in range(MANY)} == {timedelta(0)}

    def test_the_time_is_cut_to_milliseconds(self) -> None:
        clock = self.clock()
        assert {clock.now().microsecond % 1_000 for _ in range(MANY)} == {0}

    def test_the_time_reads_the_same_after_a_trip_through_text(self) -> None:
        now = self.clock().now()
        assert type(now).fromisoformat(now.isoformat(timespec="milliseconds")) == now
        assert now.isoformat().endswith("+00:00")
