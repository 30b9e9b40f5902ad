"""What the contract leaves open about the machine's identifiers: their layout, and eight threads on the real clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import RFC_4122, UUID

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.system.clock import SystemClock
from demobackend.adapters.system.ids import SystemIds
from demobackend.testing.races import race, winners

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment", [EPOCH + timedelta(milliseconds=1), datetime(2026, 11, 23, 6, 33, 0, 999_000, UTC), datetime(9999, 1, 1, tzinfo=UTC)]
)
def test_an_identifier_holds_its_milliseconds_version_and_variant(moment: datetime) -> None:
    made = UUID(SystemIds(ManualClock(moment)).new())
    assert (made.int >> 80, made.version, made.variant) == ((moment - EPOCH) // timedelta(milliseconds=1), 7, RFC_4122)


def test_two_sources_at_the_same_moment_make_different_identifiers() -> None:
    clock = ManualClock()
    assert len({SystemIds(clock).new() for _ in range(1_000)}) == 1_000


def test_identifiers_of_one_millisecond_cannot_be_counted_up() -> None:
    ids = SystemIds(ManualClock())
    made = [UUID(ids.new()).int for _ in range(100)]
    assert len({after - before for before, after in pairwise(made)}) > 90


def test_eight_threads_on_the_real_clock_get_identifiers_of_their_own_in_order() -> None:
    ids = SystemIds(SystemClock())
    lists = winners(race(lambda _: [ids.new() for _ in range(300)], callers=8))
    assert all(before < after for made in lists for before, after in pairwise(made))
    assert len({identifier for made in lists for identifier in made}) == 8 * 300
