"""One change after the other, over both families of feeds: how often, how long apart, and whose."""

from datetime import timedelta

import pytest

from demobackend.domain.model.change import Change, ChangeKind
from demobackend.domain.model.errors import Unavailable
from demobackend.domain.model.ids import FileId
from demobackend.domain.model.names import FileName
from demobackend.domain.model.revision import ANY
from demobackend.domain.use_cases.events.process_changes import Handle, ProcessChanges, Tried
from demobackend.domain.use_cases.files.change_files import FileEdit
from demobackend.testing.people import add_file, caller
from demobackend.testing.samples import MILLISECOND, OWNER, SECOND, sample_id
from demobackend.testing.world import World

SLOWEST_DOCUMENT = timedelta(seconds=20)
"""How long the extraction of one document may take by the clock, unless the settings say otherwise."""
LONGEST_WRITES = timedelta(seconds=75)
"""Three writes to the database, each of which may wait for 25 seconds."""


def enqueue(world: World, *numbers: int) -> None:
    for number in numbers:
        change = Change(kind=ChangeKind.FILE_CHANGED, owner_id=OWNER, file_id=FileId(sample_id(number)), revision=number)
        world.stores.feed.enqueue(change, due=world.clock.now())


def worker(world: World, handle: Handle) -> ProcessChanges:
    return ProcessChanges(world.stores.feed, handle, world.clock)


def unavailable(_: Change) -> None:
    raise Unavailable


def buggy(_: Change) -> None:
    raise ZeroDivisionError


def waits(world: World, tries: int) -> list[timedelta]:
    """How long the only change waits after each of so many tries that fail."""
    process, waited = worker(world, unavailable), []
    for _ in range(tries):
        assert process() is not None
        due = world.stores.feed.next_due()
        assert due is not None
        waited.append(due - world.clock.now())
        world.clock.advance(waited[-1])
    return waited


def dead(world: World) -> list[tuple[int, str]]:
    """The attempts and the reason of each dead letter."""
    return [(letter.attempts, letter.reason) for letter in world.stores.feed.dead_letters(limit=100, after=None).items]


def test_after_each_failure_a_change_waits_twice_as_long(world: World) -> None:
    enqueue(world, 1)
    assert waits(world, 7) == [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND, 16 * SECOND, 32 * SECOND, 64 * SECOND]


def test_a_change_that_failed_eight_times_is_a_dead_letter_and_not_before(world: World) -> None:
    enqueue(world, 1)
    waits(world, 7)
    assert dead(world) == []
    last = worker(world, unavailable)()
    assert last is not None and last.is_dead
    assert (dead(world), world.stores.feed.next_due()) == ([(8, "unavailable")], None)


def test_a_bug_is_handed_to_whoever_runs_the_worker_and_its_kind_kept_with_the_change(world: World) -> None:
    enqueue(world, 1)
    waits(world, 7)
    tried = worker(world, buggy)()
    assert tried is not None and isinstance(tried.failure, ZeroDivisionError)
    assert dead(world) == [(8, "bug:ZeroDivisionError")]


def test_a_change_is_its_workers_own_for_as_long_as_the_slowest_document_takes(world: World) -> None:
    enqueue(world, 1)
    other, meanwhile = worker(world, lambda _: None), list[Tried | None]()

    def slow(_: Change) -> None:
        world.clock.advance(SLOWEST_DOCUMENT + LONGEST_WRITES)
        meanwhile.append(other())

    worker(world, slow)()
    assert meanwhile == [None]


def test_a_change_whose_worker_died_comes_again_within_minutes(world: World) -> None:
    enqueue(world, 1)

    def dies(_: Change) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        worker(world, dies)()
    world.clock.advance(timedelta(minutes=2) - MILLISECOND)
    assert worker(world, lambda _: None)() is None
    world.clock.advance(MILLISECOND)
    again = worker(world, lambda _: None)()
    assert again is not None and again.delivery.attempts == 2


def test_slow_documents_keep_no_other_change_from_an_idle_worker(world: World) -> None:
    enqueue(world, *range(1, 11))
    handled = list[int]()
    idle = worker(world, lambda change: handled.append(change.revision))

    def slow(change: Change) -> None:
        handled.append(change.revision)
        world.clock.advance(SLOWEST_DOCUMENT)
        while idle() is not None:
            pass

    worker(world, slow)()
    assert sorted(handled) == list(range(1, 11))


def reasons(world: World) -> list[str]:
    """Work through everything that is due, and return why texts could not be read."""
    told = list[str]()
    while (tried := world.process_changes()) is not None:
        assert tried.failure is None
        told += [tried.unreadable] if tried.unreadable else []
    return told


def test_why_a_text_cannot_be_read_is_told_when_it_was_tried(world: World) -> None:
    who = caller(world)
    add_file(world, who)
    add_file(world, who, b"{", name="broken.json", media_type="application/json")
    assert reasons(world) == ["broken"]


def test_a_text_that_cannot_be_read_is_not_tried_again_when_its_file_is_renamed(world: World) -> None:
    who = caller(world)
    file = add_file(world, who, b"{", name="broken.json", media_type="application/json")
    reasons(world)
    world.files.update(who, file.id, FileEdit(name=FileName("mended.json")), ANY)
    assert reasons(world) == []
