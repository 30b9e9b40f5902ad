"""The search index's promises on files that are gone for good, and on building it anew while it is at work."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

import pytest

from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.search import Hits, IndexedFile, Rebuilt, RemovedFile
from demobackend.ports.search_index import SearchIndex
from demobackend.testing.contracts.search_index_case import SearchIndexCase, numbers_of, search
from demobackend.testing.samples import OWNER, STRANGER, sample_indexed_file

NOTHING = Hits(hits=(), total=0)
FILES = 6


def removed(number: int, *, revision: int) -> RemovedFile:
    """The file of this number, removed."""
    return RemovedFile(owner_id=OWNER, file_id=sample_indexed_file(number).file_id, revision=revision)


def file_of(number: int, revision: int) -> IndexedFile:
    """A revision of the file of this number, with words that only it has."""
    return sample_indexed_file(number, revision=revision, version=revision, text=f"file{number} revision{number}x{revision}")


@dataclass(slots=True)
class Catalog:
    """The truth that an index follows: the revision of each file, and whether it was removed at it.

    A file that was removed may go for good; but, as in life, not while somebody who looked it up is still at work on it.
    """

    index: SearchIndex
    random: Random
    rows: dict[int, tuple[int, bool]] = field(default_factory=dict)
    late: list[Callable[[], None]] = field(default_factory=list)
    last: int = 0
    looked_up: int = -1

    def change(self) -> None:
        """Change a file, and tell the index of it: now, later, or twice."""
        number = self.random.randrange(FILES)
        self.last += 1
        _, was_removed = self.rows.get(number, (0, False))
        if was_removed and number != self.looked_up and self.random.random() < 0.4:
            del self.rows[number]
        else:
            self.rows[number] = (self.last, self.random.random() < 0.3)
        self.late.append(self._reconciliation(number, self.last))
        while self.late and self.random.random() < 0.6:
            self.late.pop(self.random.randrange(len(self.late)))()

    def _reconciliation(self, number: int, revision: int) -> Callable[[], None]:
        def reconcile() -> None:
            """As changes are handled: by what is so when that is done."""
            file = sample_indexed_file(number)
            now, is_removed = self.rows.get(number, (None, True))
            if now is None:
                self.index.forget(OWNER, file.file_id, revision=revision)
            elif is_removed:
                self.index.remove(OWNER, file.file_id, revision=now)
            else:
                self.index.put(file_of(number, now))

        return reconcile

    def walk(self) -> Iterator[IndexedFile | RemovedFile]:
        """Every file as it is at its turn, or was shortly before; the world does not stand still."""
        for number in sorted(self.rows):
            row, self.looked_up = self.rows.get(number), number
            for _ in range(self.random.randrange(4)):
                self.change()
            self.require_what_lasts()
            if row is not None:
                yield removed(number, revision=row[0]) if row[1] else file_of(number, row[0])

    def catch_up(self) -> None:
        """Hand out all that is late."""
        while self.late:
            self.late.pop()()

    def require_what_lasts(self) -> None:
        """A file that the index was told of, and that is there as it was then, is found."""
        if not self.late:
            assert {number for number in range(FILES) if search(self.index, f"file{number}").total} >= self.found()

    def found(self) -> set[int]:
        """The files that a search must find."""
        return {number for number, (_, is_removed) in self.rows.items() if not is_removed}

    def require_the_truth(self) -> None:
        """Every file is found by its newest words alone, and no other file is."""
        expected = {f"revision{number}x{revision}" for number, (revision, is_removed) in self.rows.items() if not is_removed}
        words = [f"revision{number}x{revision}" for number in range(FILES) for revision in range(1, self.last + 1)]
        assert {word for word in words if search(self.index, word).total} == expected


class RebuildPromises(SearchIndexCase):
    """`forget` and `rebuild`."""

    interleavings: int = 30

    def test_a_forgotten_file_is_not_found_whether_it_was_put_removed_or_neither(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, text="word"))
        index.put(sample_indexed_file(2, text="word"))
        index.remove(OWNER, sample_indexed_file(2).file_id, revision=1)
        index.put(sample_indexed_file(3, text="word"))
        for number in (1, 2, 4, 4):
            index.forget(OWNER, sample_indexed_file(number).file_id, revision=1)
        assert numbers_of(search(index, "word")) == [3]

    def test_a_higher_revision_is_not_forgotten(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, revision=3, text="word"))
        index.forget(OWNER, sample_indexed_file(1).file_id, revision=2)
        index.forget(STRANGER, sample_indexed_file(1).file_id, revision=9)
        assert search(index, "word").total == 1

    def test_a_rebuilt_index_holds_what_it_was_given_and_nothing_else(self) -> None:
        index = self.empty_index()
        for number in (1, 2, 3):
            index.put(sample_indexed_file(number, text="old word"))
        index.put(sample_indexed_file(5, owner_id=STRANGER, text="word"))
        given = (sample_indexed_file(1, text="new word"), removed(2, revision=1), sample_indexed_file(4, text="new word"))
        assert index.rebuild(iter(given)) == Rebuilt(2)
        assert sorted(numbers_of(search(index, "word"))) == [1, 4]
        assert search(index, "old") == search(index, "word", owner_id=STRANGER) == NOTHING

    def test_a_rebuilt_index_holds_the_revisions_that_it_was_given_even_if_they_are_older(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, revision=9, text="ninth"))
        index.remove(OWNER, sample_indexed_file(2).file_id, revision=9)
        index.put(sample_indexed_file(3, revision=9, text="ninth"))
        index.rebuild(
            (sample_indexed_file(1, revision=4, text="fourth"), sample_indexed_file(2, revision=4, text="fourth"), removed(3, revision=4))
        )
        assert sorted(numbers_of(search(index, "fourth"))) == [1, 2]
        assert search(index, "ninth") == NOTHING
        index.put(sample_indexed_file(1, revision=5, text="fifth"))
        assert search(index, "fifth").total == 1

    def test_what_was_removed_in_a_rebuild_does_not_come_back_but_in_a_higher_revision(self) -> None:
        index = self.empty_index()
        index.rebuild([removed(1, revision=2)])
        index.put(sample_indexed_file(1, revision=2, text="word"))
        assert search(index, "word") == NOTHING
        index.put(sample_indexed_file(1, revision=3, text="word"))
        assert search(index, "word").total == 1

    def test_changes_made_during_a_rebuild_win_or_lose_by_their_revision(self) -> None:
        index = self.empty_index()

        def files() -> Iterator[IndexedFile]:
            for number in (1, 2, 3, 4, 5):
                index.put(sample_indexed_file(number, revision=5, text="before"))
            index.put(sample_indexed_file(1, revision=7, text="newer"))
            index.remove(OWNER, sample_indexed_file(2).file_id, revision=6)
            index.forget(OWNER, sample_indexed_file(3).file_id, revision=6)
            for number in (1, 2, 4):
                yield sample_indexed_file(number, revision=6, text="given")
            index.put(sample_indexed_file(4, revision=5, text="late"))

        index.rebuild(files())
        assert numbers_of(search(index, "newer")) == [1]
        assert numbers_of(search(index, "before")) == [5]
        assert numbers_of(search(index, "given")) == [4]
        assert search(index, "late") == NOTHING

    def test_a_search_during_a_rebuild_finds_what_was_there_and_what_is_put(self) -> None:
        index = self.empty_index()
        for number in (1, 2, 3):
            index.put(sample_indexed_file(number, text="word"))

        def files() -> Iterator[IndexedFile]:
            for number in (1, 2, 3):
                assert {1, 2, 3} <= set(numbers_of(search(index, "word")))
                yield sample_indexed_file(number, text="word")
            index.put(sample_indexed_file(4, text="word"))
            index.remove(OWNER, sample_indexed_file(2).file_id, revision=1)
            assert set(numbers_of(search(index, "word"))) == {1, 3, 4}

        index.rebuild(files())
        assert set(numbers_of(search(index, "word"))) == {1, 3, 4}

    def test_a_rebuild_that_breaks_off_leaves_every_file_where_it_was(self) -> None:
        index = self.empty_index()
        for number in (1, 2):
            index.put(sample_indexed_file(number, text="word"))

        def files() -> Iterator[IndexedFile]:
            yield sample_indexed_file(1, text="word")
            index.put(sample_indexed_file(3, text="word"))
            raise NotFound

        with pytest.raises(NotFound):
            index.rebuild(files())
        assert sorted(numbers_of(search(index, "word"))) == [1, 2, 3]
        index.put(sample_indexed_file(4, text="word"))
        assert sorted(numbers_of(search(index, "word"))) == [1, 2, 3, 4]
        assert index.rebuild([sample_indexed_file(2, text="word")]) == Rebuilt(1)
        assert numbers_of(search(index, "word")) == [2]

    def test_a_rebuild_of_nothing_empties_the_index(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, text="word"))
        assert index.rebuild(()) == Rebuilt(0)
        assert search(index, "word") == NOTHING
        assert index.text_of(OWNER, sample_indexed_file(1).file_id, version=1) is None

    def test_more_files_than_go_into_one_request_are_all_there(self) -> None:
        index, many = self.empty_index(), 1_100
        assert index.rebuild(sample_indexed_file(number, text="word") for number in range(many)) == Rebuilt(many)
        assert search(index, "word").total == many

    def test_whatever_changes_during_a_rebuild_the_index_ends_as_the_catalogue_does(self) -> None:
        for seed in range(self.interleavings):
            catalog = Catalog(self.empty_index(), Random(seed))
            for _ in range(10):
                catalog.change()
            if seed % 3:
                catalog.index.rebuild(catalog.walk())
            else:
                with pytest.raises(NotFound):
                    catalog.index.rebuild(_broken_off(catalog.walk()))
            catalog.catch_up()
            catalog.require_the_truth()
            self.cleanup.close()


def _broken_off(files: Iterator[IndexedFile | RemovedFile]) -> Iterator[IndexedFile | RemovedFile]:
    yield from list(files)[:2]
    raise NotFound
