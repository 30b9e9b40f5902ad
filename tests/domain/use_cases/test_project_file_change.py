"""A file whose text is more than the index takes."""

from dataclasses import replace

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.search_index import MemorySearchIndex
from demobackend.domain.model.errors import TooLarge
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.names import FileName
from demobackend.domain.model.revision import ANY
from demobackend.domain.model.search import IndexedFile
from demobackend.domain.use_cases.files.change_files import FileEdit
from demobackend.domain.use_cases.search.search_files import SearchConditions
from demobackend.testing.people import add_file, caller, settle
from demobackend.testing.world import World, memory_stores


class SmallIndex(MemorySearchIndex):
    """It takes so many characters of a text."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def put(self, file: IndexedFile) -> None:
        if len(file.text) > self._most:
            raise TooLarge
        super().put(file)


def world_of(index: SmallIndex) -> World:
    clock = ManualClock()
    return World(replace(memory_stores(clock), index=index), clock)


def test_the_beginning_of_a_text_that_is_too_long_is_found_and_the_file_says_so() -> None:
    world = world_of(SmallIndex(16))
    who = caller(world)
    file = add_file(world, who, b"herons nest here, and ospreys further on")
    settle(world)
    counts = [world.search.search(who, word, SearchConditions(), limit=10, after=None).total for word in ("herons", "ospreys")]
    assert counts == [1, 0]
    now, _ = world.files.get(who, file.id)
    assert (now.searchable, now.indexing.text_status) == (True, TextStatus.PARTIAL)


def test_a_text_that_was_cut_stays_cut_when_the_file_is_renamed() -> None:
    world = world_of(SmallIndex(16))
    who = caller(world)
    file = add_file(world, who, b"herons nest here, and ospreys further on")
    settle(world)
    world.files.update(who, file.id, FileEdit(name=FileName("birds.txt")), ANY)
    settle(world)
    now, _ = world.files.get(who, file.id)
    assert (now.searchable, now.indexing.text_status) == (True, TextStatus.PARTIAL)


def test_an_index_that_takes_no_text_at_all_is_told_on() -> None:
    world = world_of(SmallIndex(-1))
    who = caller(world)
    file = add_file(world, who, b"herons")
    settle(world)
    assert not world.files.get(who, file.id)[0].searchable
