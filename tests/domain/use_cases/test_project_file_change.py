"""A file whose text is more than is searched, or more than the index takes."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.search_index import MemorySearchIndex
from demobackend.domain.model.errors import TooLarge
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.names import FileName
from demobackend.domain.model.revision import ANY
from demobackend.domain.model.search import IndexedFile
from demobackend.domain.model.text.long_texts import MAX_DISTINCT_WORDS
from demobackend.domain.use_cases.files.change_files import FileEdit
from demobackend.domain.use_cases.search.search_files import SearchConditions
from demobackend.testing.people import add_file, caller, settle
from demobackend.testing.world import World, local_stores, memory_stores


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


def test_of_a_text_with_too_many_different_words_the_beginning_is_found_and_the_file_says_so(tmp_path: Path) -> None:
    clock = ManualClock()
    with closing(local_stores(clock, tmp_path)) as stores:
        world = World(stores, clock)
        who = caller(world)
        middle = " ".join(f"w{number:x}" for number in range(MAX_DISTINCT_WORDS))
        file = add_file(world, who, f"herons {middle} ospreys".encode())
        settle(world)
        world.files.update(who, file.id, FileEdit(name=FileName("birds.txt")), ANY)
        settle(world)
        counts = [world.search.search(who, word, SearchConditions(), limit=10, after=None).total for word in ("herons", "ospreys")]
        now, _ = world.files.get(who, file.id)
        assert (counts, now.searchable, now.indexing.text_status) == ([1, 0], True, TextStatus.PARTIAL)
