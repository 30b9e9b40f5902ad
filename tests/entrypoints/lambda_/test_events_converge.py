"""However events are delivered, the state they end in is the one that they end in when each comes once and in order."""

from functools import cache
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.entrypoints.lambda_.deliveries import Mishaps
from tests.entrypoints.lambda_.histories import PEOPLE, Backend, History, Run, State, Story, histories

from demobackend.domain.model.file import FileStatus
from demobackend.domain.model.revision import ANY
from demobackend.testing.people import add_file
from demobackend.testing.samples import DAY

ORDERLY = Mishaps()
MISHAPS = {
    "come twice": Mishaps(twice=0.5),
    "come in another order": Mishaps(mixed=True),
    "come late": Mishaps(held=0.6),
    "fail at first": Mishaps(failing=0.3),
    "are carried out by an index whose client gave up before": Mishaps(tardy=0.5),
    "are lost": Mishaps(lost=0.5),
    "are all lost": Mishaps(lost=1.0),
    "come twice, late, in another order, fail and are lost": Mishaps(twice=0.3, held=0.5, failing=0.2, tardy=0.2, lost=0.2, mixed=True),
}


def states(history: History, mishaps: Mishaps, random: Random) -> tuple[State, State]:
    """What is there two days after, and a month later."""
    run = Run(history, Backend(mishaps, random))
    run.first_day()
    run.two_days_later()
    soon = run.backend.state()
    run.a_month_later()
    return soon, run.backend.state()


@cache
def expected(history: History) -> tuple[State, State]:
    """The states when each event comes once and in order."""
    return states(history, ORDERLY, Random(0))


@pytest.mark.parametrize("mishaps", MISHAPS.values(), ids=MISHAPS.keys())
@settings(deadline=None, max_examples=40)
@given(history=histories(), random=st.randoms())
@example(history=History((Story(0, ("put",), ()),), 0), random=Random(0))
@example(history=History((Story(0, ("put", "complete"), ("trash",)),), 0), random=Random(0))
@example(history=History((Story(0, ("put", "complete"), ("rename",)), Story(0, ("abort", "put"), ())), 0), random=Random(0))
def test_the_end_is_the_same_when_events(mishaps: Mishaps, history: History, random: Random) -> None:
    assert states(history, mishaps, random) == expected(history)


@settings(deadline=None, max_examples=40)
@given(history=histories())
def test_nothing_is_left_to_mend_when_each_event_comes_once_and_in_order(history: History) -> None:
    run = Run(history, Backend(ORDERLY, Random(0)))
    run.first_day()
    swept = run.two_days_later()
    assert (swept["completed"], swept["indexed"]) == (0, 0)


@settings(deadline=None, max_examples=40)
@given(history=histories())
def test_rows_bytes_index_and_usage_agree_in_the_end(history: History) -> None:
    soon, _ = expected(history)
    available = {file.id: file.revision for file in soon.files.values() if file.status is FileStatus.AVAILABLE}
    assert {file_id: held.revision for file_id, held in soon.index.items()} == available
    assert all(soon.files[file_id].searchable for file_id in available)
    assert soon.blobs == {file.blob: file.size for file in soon.files.values()}
    assert sum(usage.files_used for usage in soon.usage) == len(soon.files)


def test_what_is_purged_leaves_the_index_though_no_event_ever_told_of_it() -> None:
    backend = Backend(ORDERLY, Random(0))
    file = add_file(backend.people, PEOPLE[0])
    backend.pass_on()
    backend.people.files.trash(PEOPLE[0], file.id, ANY)
    backend.clock.advance(31 * DAY)
    assert backend.sweep()["files"] == 1
    assert not backend.index.held()
