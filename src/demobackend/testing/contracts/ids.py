"""What every maker of identifiers promises."""

import re
from abc import abstractmethod
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Lock

from demobackend.ports.clock import Clock
from demobackend.ports.ids import Ids
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.races import CALLERS, race, winners
from demobackend.testing.samples import HOUR, MILLISECOND, NOON

UUID_V7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MANY = 10_000


class SetClock:
    """A clock that shows what it is set to; a `Clock`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._time = NOON

    def now(self) -> datetime:
        """The time set."""
        with self._lock:
            return self._time

    def step(self, by: timedelta) -> None:
        """Move on, or back."""
        with self._lock:
            self._time += by


class IdsContract(Contract):
    """The promises of `Ids`."""

    @abstractmethod
    def ids(self, clock: Clock) -> Ids:
        """Return a new source of identifiers that asks this clock for the time, if it asks one."""

    def test_an_identifier_is_a_uuid_of_version_7_in_canonical_form(self) -> None:
        ids = self.ids(SetClock())
        for _ in range(100):
            made = ids.new()
            assert UUID_V7.fullmatch(made), made

    def test_no_two_are_the_same_and_each_sorts_after_the_one_before_also_within_a_millisecond(self) -> None:
        ids = self.ids(SetClock())
        made = [ids.new() for _ in range(MANY)]
        assert all(before < after for before, after in pairwise(made))

    def test_identifiers_sort_by_when_they_were_made(self) -> None:
        clock = SetClock()
        ids = self.ids(clock)
        made = []
        for _ in range(200):
            made += [ids.new(), ids.new()]
            clock.step(MILLISECOND)
        assert made == sorted(made)
        assert len(set(made)) == len(made)

    def test_identifiers_still_sort_when_the_clock_steps_back(self) -> None:
        clock = SetClock()
        ids = self.ids(clock)
        made = []
        for step in (HOUR, -HOUR, -HOUR, MILLISECOND, 3 * HOUR):
            made += [ids.new() for _ in range(20)]
            clock.step(step)
        made.append(ids.new())
        assert all(before < after for before, after in pairwise(made))

    def test_many_that_ask_at_once_get_identifiers_of_their_own_in_order(self) -> None:
        ids = self.ids(SetClock())
        lists = winners(race(lambda _: [ids.new() for _ in range(5)]))
        assert len({made for made_by_one in lists for made in made_by_one}) == CALLERS * 5
        assert all(made_by_one == sorted(made_by_one) for made_by_one in lists)

    def test_later_ones_sort_after_all_that_many_made_before(self) -> None:
        ids = self.ids(SetClock())
        before = winners(race(lambda _: ids.new()))
        assert ids.new() > max(before)
