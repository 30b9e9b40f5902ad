"""The search index is built anew while the world goes on."""

from contextlib import suppress
from random import Random

import pytest

from demobackend.domain.model.caller import Caller
from demobackend.domain.model.errors import Corrupt, DomainError, Unavailable
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.names import FileName
from demobackend.domain.model.revision import ANY
from demobackend.domain.model.search import Rebuilt
from demobackend.domain.use_cases.files.change_files import FileEdit
from demobackend.domain.use_cases.files.create_file import NewFile
from demobackend.domain.use_cases.search.search_files import SearchConditions
from demobackend.testing.people import add_file, caller, settle
from demobackend.testing.samples import DAY
from demobackend.testing.world import World


def found(world: World, who: Caller, words: str) -> list[str]:
    """The ids of the files that a search finds; what the index counts and what is confirmed agree."""
    answer = world.search.search(who, words, SearchConditions(), limit=100, after=None)
    assert answer.total == len(answer.found)
    return sorted(each.file.id for each in answer.found)


def rebuild(world: World, *, read_again: bool = False) -> Rebuilt:
    return world.events.rebuild_index(read_again=read_again, on_read=lambda _: None)


def test_a_file_whose_change_was_lost_is_found_and_says_so(world: World) -> None:
    who = caller(world)
    file = add_file(world, who, b"herons")
    assert not file.searchable
    assert rebuild(world) == Rebuilt(1)
    assert found(world, who, "herons") == [file.id]
    assert world.files.get(who, file.id)[0].searchable


def test_what_is_in_the_trash_or_not_there_yet_is_not_found(world: World) -> None:
    who = caller(world)
    kept, trashed = add_file(world, who, b"herons"), add_file(world, who, b"herons")
    world.files.create(who, NewFile(name=FileName("herons.txt"), size=7))
    settle(world)
    world.files.trash(who, trashed.id, ANY)
    assert rebuild(world) == Rebuilt(1)
    assert found(world, who, "herons") == [kept.id]


def test_a_file_that_is_gone_for_good_is_gone_from_the_index(world: World) -> None:
    who = caller(world)
    file = add_file(world, who, b"herons")
    settle(world)
    world.files.trash(who, file.id, ANY)
    world.clock.advance(31 * DAY)
    world.events.sweep()
    assert rebuild(world) == Rebuilt(0)
    assert found(world, who, "herons") == []


def test_a_text_that_the_index_holds_is_not_read_from_the_bytes_unless_that_is_asked_for(world: World) -> None:
    who = caller(world)
    file = add_file(world, who, b"herons")
    settle(world)
    world.stores.blobs.delete(file.blob)
    assert rebuild(world) == Rebuilt(1)
    assert found(world, who, "herons") == [file.id]
    assert rebuild(world, read_again=True) == Rebuilt(0, (file.id,))
    assert found(world, who, "herons") == []


def test_a_store_that_lost_more_than_a_few_files_ends_the_rebuild_and_nothing_is_lost_from_searches(world: World) -> None:
    who = caller(world)
    files = [add_file(world, who, b"heron%d" % number) for number in range(101)]
    settle(world)
    for file in files:
        world.stores.blobs.delete(file.blob)
    with pytest.raises(Corrupt):
        rebuild(world, read_again=True)
    for number in (0, 50, 100):
        assert found(world, who, f"heron{number}") == [files[number].id]


class Goings:
    """What people do while the index is rebuilt; each file is found by a word of its own, and by the newest of its names."""

    def __init__(self, world: World, random: Random) -> None:
        self.world, self.random = world, random
        self.who = caller(world)
        self.files: list[File] = []
        self.names = 0

    def add(self) -> None:
        word = f"word{len(self.files)}x"
        self.files.append(add_file(self.world, self.who, word.encode(), name="first.txt"))

    def go_on(self, _size: int = 0) -> None:
        """One or two changes, and some of what follows from them."""
        for _ in range(self.random.randrange(3)):
            self._change()
            if self.random.random() < 0.6:
                for _ in range(self.random.randrange(1, 4)):
                    self.world.process_changes()
        self.require_what_is_searchable()

    def _change(self) -> None:
        file, files = self.random.choice(self.files), self.world.files
        self.names += 1
        with suppress(DomainError):  # it cannot be renamed in the trash, nor restored from elsewhere
            match self.random.randrange(4):
                case 0:
                    self.add()
                case 1:
                    files.update(self.who, file.id, FileEdit(name=FileName(f"name{self.names}.txt")), ANY)
                case 2:
                    files.trash(self.who, file.id, ANY)
                case _:
                    files.restore(self.who, file.id)

    def require_what_is_searchable(self) -> None:
        """A file that says that it is searchable is found, at every moment."""
        for number, file in enumerate(self.files):
            if self.world.files.get(self.who, file.id)[0].searchable:
                words = self.world.search.search(self.who, f"word{number}x", SearchConditions(), limit=1, after=None)
                assert [each.file.id for each in words.found] == [file.id]

    def require_the_truth(self) -> None:
        """Searches find what the catalogue says, under the name that it says."""
        for number, file in enumerate(self.files):
            now = self.world.files.get(self.who, file.id)[0]
            is_there = now.status is FileStatus.AVAILABLE
            assert now.searchable == is_there
            assert found(self.world, self.who, f"word{number}x") == [file.id] * is_there
        for number in range(1, self.names + 1):
            there = [self.world.files.get(self.who, file.id)[0] for file in self.files]
            named = [file.id for file in there if file.status is FileStatus.AVAILABLE and file.name.value == f"name{number}.txt"]
            assert found(self.world, self.who, f"name:name{number}") == named


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_meanwhile_the_index_ends_as_the_catalogue_does(world: World, seed: int) -> None:
    goings = Goings(world, Random(seed))
    for _ in range(6):
        goings.add()
    settle(world)
    goings.go_on()

    def breaks(size: int) -> None:
        goings.go_on(size)
        if goings.random.random() < 0.2:
            raise Unavailable

    if seed % 3 == 0:
        with suppress(Unavailable):
            world.events.rebuild_index(read_again=bool(seed % 2), on_read=breaks)
    else:
        world.events.rebuild_index(read_again=bool(seed % 2), on_read=goings.go_on)
    goings.require_what_is_searchable()
    settle(world)
    goings.require_the_truth()
