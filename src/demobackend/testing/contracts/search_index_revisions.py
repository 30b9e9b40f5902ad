"""The search index's promises on revisions, and on the text that it keeps."""

from dataclasses import replace
from itertools import permutations

from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.ids import FileId
from demobackend.domain.model.search import Hits
from demobackend.ports.search_index import SearchIndex
from demobackend.testing.contracts.search_index_case import SearchIndexCase, numbers_of, search
from demobackend.testing.races import race
from demobackend.testing.samples import OWNER, STRANGER, sample_id, sample_indexed_file

NOTHING = Hits(hits=(), total=0)


def remove(index: SearchIndex, number: int, *, revision: int) -> None:
    """Remove the file of this number."""
    index.remove(OWNER, sample_indexed_file(number).file_id, revision=revision)


class RevisionPromises(SearchIndexCase):
    """`put`, `remove` and `text_of`."""

    def test_a_later_revision_replaces_every_word_of_an_earlier_one(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, revision=1, name="old", tags=("oldtag",), description="olddesc", text="oldtext both"))
        index.put(sample_indexed_file(1, revision=2, name="new", tags=("newtag",), description="newdesc", text="newtext both"))
        for word in ("old", "oldtag", "olddesc", "oldtext"):
            assert search(index, word) == NOTHING, word
        for word in ("new", "newtag", "newdesc", "newtext", "both"):
            assert search(index, word).total == 1, word

    def test_an_earlier_revision_is_ignored(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, revision=10, text="tenth"))
        index.put(sample_indexed_file(1, revision=9, text="ninth"))
        assert search(index, "ninth") == NOTHING
        assert search(index, "tenth").total == 1

    def test_the_same_revision_may_be_put_again(self) -> None:
        index = self.empty_index()
        for text in ("first", "first", "second"):
            index.put(sample_indexed_file(1, revision=3, text=text))
        assert search(index, "first") == NOTHING
        assert search(index, "second").total == 1

    def test_a_removed_file_is_not_found_and_others_are(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, text="word"))
        index.put(sample_indexed_file(2, text="word"))
        remove(index, 1, revision=1)
        remove(index, 3, revision=1)
        assert numbers_of(search(index, "word")) == [2]

    def test_what_was_removed_does_not_come_back_but_in_a_higher_revision(self) -> None:
        index = self.empty_index()
        remove(index, 1, revision=2)
        for revision in (1, 2):
            index.put(sample_indexed_file(1, revision=revision, text="word"))
            assert search(index, "word") == NOTHING
        index.put(sample_indexed_file(1, revision=3, text="word"))
        assert search(index, "word").total == 1

    def test_a_late_removal_leaves_a_higher_revision_alone(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, revision=3, text="word"))
        remove(index, 1, revision=2)
        assert search(index, "word").total == 1

    def test_the_order_of_calls_does_not_matter(self) -> None:
        index = self.empty_index()
        steps = ((1, "one"), (2, None), (3, "three"), (5, "five"))
        orders = list(permutations(steps))
        for number, order in enumerate(orders):
            for revision, text in order:
                if text is None:
                    remove(index, number, revision=revision)
                else:
                    index.put(sample_indexed_file(number, revision=revision, text=text))
        assert sorted(numbers_of(search(index, "five"))) == list(range(len(orders)))
        assert search(index, "one") == search(index, "three") == NOTHING

    def test_of_many_revisions_put_at_once_the_highest_wins(self) -> None:
        index = self.empty_index()
        outcomes = race(lambda number: index.put(sample_indexed_file(1, revision=number + 1, text=f"word{number + 1}")))
        assert outcomes == [None] * len(outcomes)
        assert search(index, f"word{len(outcomes)}").total == 1
        assert search(index, "word*").total == 1

    def test_a_stranger_removes_nothing(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, text="word"))
        index.remove(STRANGER, sample_indexed_file(1).file_id, revision=9)
        assert search(index, "word").total == 1

    def test_the_text_of_the_contents_held_is_kept_as_it_was_given(self) -> None:
        index = self.empty_index()
        for number, status in enumerate((TextStatus.INDEXED, TextStatus.PARTIAL), start=1):
            text = "Ünïcode 😀\r\n\ttext " * 10_000
            index.put(sample_indexed_file(number, version=3, text=text, text_status=status))
            kept = index.text_of(OWNER, sample_indexed_file(number).file_id, version=3)
            assert kept is not None
            assert (kept.text, kept.status) == (text, status)

    def test_that_contents_have_no_text_is_kept_too(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, version=3, text="", text_status=TextStatus.NONE))
        kept = index.text_of(OWNER, sample_indexed_file(1).file_id, version=3)
        assert kept is not None
        assert (kept.text, kept.status) == ("", TextStatus.NONE)

    def test_there_is_no_text_of_other_contents_other_owners_or_unknown_or_removed_files(self) -> None:
        index = self.empty_index()
        file = sample_indexed_file(1, version=3, text="word")
        index.put(file)
        assert index.text_of(OWNER, file.file_id, version=2) is None
        assert index.text_of(OWNER, file.file_id, version=4) is None
        assert index.text_of(STRANGER, file.file_id, version=3) is None
        assert index.text_of(OWNER, FileId(sample_id(999)), version=3) is None
        index.remove(OWNER, file.file_id, revision=file.revision)
        assert index.text_of(OWNER, file.file_id, version=3) is None

    def test_a_later_revision_of_the_same_contents_keeps_their_text(self) -> None:
        index = self.empty_index()
        file = sample_indexed_file(1, version=3, revision=5, text="word")
        index.put(file)
        index.put(replace(file, revision=6, name="renamed.txt"))
        kept = index.text_of(OWNER, file.file_id, version=3)
        assert kept is not None
        assert kept.text == "word"
