"""What every search index promises."""

from datetime import datetime
from itertools import pairwise

import pytest

from demobackend.domain.model.errors import Malformed
from demobackend.domain.model.ids import FileId, UserId
from demobackend.domain.model.search import Hits
from demobackend.testing.contracts.search_index_case import SearchIndexCase, hits_of, numbers_of, request, search
from demobackend.testing.contracts.search_index_rebuild import RebuildPromises
from demobackend.testing.contracts.search_index_revisions import RevisionPromises
from demobackend.testing.machines.run import EXAMPLES, Tally, assert_agreement
from demobackend.testing.machines.search_index import RULES, SearchIndexMachine
from demobackend.testing.samples import MILLISECOND, STRANGER, moment, sample_id, sample_indexed_file
from demobackend.testing.search_rows import DOCUMENTS, ROWS
from demobackend.testing.walks import walk_hits

RANKED = 2_000


class MatchPromises(SearchIndexCase):
    """Which files match."""

    def test_a_file_is_found_by_its_name_its_tags_its_description_and_its_text(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, name="Quarterly.pdf", tags=("Größe", "two words"), description="for Zoë", text="über alles"))
        for query in ("quarterly", "pdf", "grosse", '"two words"', "zoe", "UBER", "quart*", "name:quarterly", "tag:grösse", "zoe alles"):
            assert numbers_of(search(index, query)) == [1], query
        for query in ("quarter", "name:zoe", "tag:quarterly", '"words two"', '"größe two"', "-quarterly alles", "alles absent"):
            assert search(index, query) == Hits(hits=(), total=0), query

    def test_a_query_that_matches_nothing_gives_no_hits(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, text="words"))
        for query in ("", "-absent", "-words", "...", '""', "absent"):
            assert search(index, query) == Hits(hits=(), total=0), query

    def test_an_owner_finds_only_files_of_their_own(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, text="shared word"))
        index.put(sample_indexed_file(2, owner_id=STRANGER, text="shared word"))
        assert numbers_of(search(index, "shared")) == [1]
        assert numbers_of(search(index, "shared", owner_id=STRANGER)) == [2]
        assert search(index, "shared", owner_id=UserId(sample_id(999))) == Hits(hits=(), total=0)

    def test_a_hit_shows_where_it_matched(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, name="plain.txt", text="before the Größe after"))
        by_text, by_name = search(index, "GROSSE").hits, search(index, "plain").hits
        assert len(by_text) == len(by_name) == 1
        assert [piece.text for piece in by_text[0].snippet if piece.match] == ["Größe"]
        assert "".join(piece.text for piece in by_text[0].snippet) == "before the Größe after"
        assert [piece.text for piece in by_name[0].snippet if piece.match] == ["plain"]

    def test_media_types_are_compared_without_parameters(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, text="word", media_type="text/plain"))
        index.put(sample_indexed_file(2, text="word", media_type="text/html"))
        for wanted in ("text/plain", "text/plain; charset=utf-8"):
            assert numbers_of(index.search(request("word", media_type=wanted), limit=10, after=None)) == [1]
        assert index.search(request("word", media_type="text/pla"), limit=10, after=None).total == 0

    def test_a_tag_is_compared_whole_and_case_counts(self) -> None:
        index = self.empty_index()
        for number, tags in enumerate([("red",), ("Red",), ("red,blue",), ("blue", "red"), ("reddish",), ('"red"',)], start=1):
            index.put(sample_indexed_file(number, text="word", tags=tags))
        found = index.search(request("word", tag="red"), limit=10, after=None)
        assert sorted(numbers_of(found)) == [1, 4]
        assert found.total == 2

    def test_the_times_of_creation_include_their_borders(self) -> None:
        index = self.empty_index()
        for number in range(1, 6):
            index.put(sample_indexed_file(number, text="word"))
        borders: tuple[tuple[datetime | None, datetime | None, list[int]], ...] = (
            (moment(2), moment(4), [2, 3, 4]),
            (moment(2) + MILLISECOND, moment(4) - MILLISECOND, [3]),
            (None, moment(1), [1]),
            (moment(5), None, [5]),
            (moment(4), moment(2), []),
        )
        for after, before, expected in borders:
            found = index.search(request("word", created_after=after, created_before=before), limit=10, after=None)
            assert (sorted(numbers_of(found)), found.total) == (expected, len(expected))

    def test_every_condition_holds_at_once(self) -> None:
        index = self.empty_index()
        for number, (media_type, tag) in enumerate((("a/a", "x"), ("a/a", "y"), ("b/b", "x"), ("a/a", "x")), start=1):
            index.put(sample_indexed_file(number, text="word", media_type=media_type, tags=(tag,)))
        asked = request("word", media_type="a/a", tag="x", created_after=moment(2))
        assert numbers_of(index.search(asked, limit=10, after=None)) == [4]


class RankPromises(SearchIndexCase):
    """Order, totals and pages."""

    def test_equal_files_stand_newest_first(self) -> None:
        index = self.empty_index()
        for number in (2, 5, 1, 4, 3):
            index.put(sample_indexed_file(number, text="the same word"))
        assert numbers_of(search(index, "word")) == [5, 4, 3, 2, 1]

    def test_the_best_come_first_and_a_walk_of_any_step_shows_each_file_once_in_that_order(self) -> None:
        index = self.empty_index()
        for number in range(1, 13):
            index.put(
                sample_indexed_file(number, name="word" if number % 3 == 0 else "other", text="word " * (number % 4) + "more " * number)
            )
        asked = request("word")
        whole = search(index, "word")
        assert whole.total == len(whole.hits) == 10
        assert whole.next is None
        assert all(before.score >= after.score for before, after in pairwise(whole.hits))
        for limit in (1, 2, 3, 10):
            pages = walk_hits(index, asked, limit=limit)
            assert numbers_of(hits_of(pages)) == numbers_of(whole)
            assert {page.total for page in pages} == {10}
            assert {len(page.hits) for page in pages[:-1]} <= {limit}

    def test_a_mark_that_the_index_did_not_make_is_malformed(self) -> None:
        index = self.empty_index()
        index.put(sample_indexed_file(1, text="word"))
        for foreign in ("", "0", "nonsense", "é\0😀", "[]", '["a"]', "{}", "x" * 1_024, "bm9uc2Vuc2U=", "1e999 x y", "nan 0 0"):
            with pytest.raises(Malformed):
                index.search(request("word"), limit=10, after=foreign)

    def test_a_total_is_exact_and_a_walk_complete_beyond_what_is_ranked(self) -> None:
        index, many = self.empty_index(), RANKED + 50
        for number in range(many):
            index.put(sample_indexed_file(number, text="word " * (1 + number % 3)))
        pages = walk_hits(index, request("word"), limit=100)
        hits = hits_of(pages)
        assert {page.total for page in pages} == {many}
        assert len(hits) == len({hit.file_id for hit in hits}) == many
        assert all(before.score >= after.score for before, after in pairwise(hits))
        unranked = [hit.file_id for hit in hits if hit.score == 0]
        oldest = [sample_indexed_file(number).file_id for number in range(many - RANKED)]
        assert unranked in ([], oldest[::-1])


class SearchIndexContract(MatchPromises, RankPromises, RevisionPromises, RebuildPromises):
    """The promises of `SearchIndex`."""

    sequences: int = EXAMPLES

    def test_every_row_of_the_reference_finds_the_documents_that_it_names(self) -> None:
        index = self.empty_index()
        keys: dict[FileId, str] = {}
        for number, document in enumerate(DOCUMENTS):
            file = sample_indexed_file(number, name=document.name, tags=document.tags, description=document.description, text=document.text)
            index.put(file)
            keys[file.file_id] = document.key
        found = {row: {keys[hit.file_id] for hit in search(index, row.query).hits} for row in ROWS}
        assert [(row, keys) for row, keys in found.items() if keys != row.finds] == []

    def test_any_sequence_of_calls_agrees_with_the_model(self) -> None:
        def machine(tally: Tally) -> SearchIndexMachine:
            self.cleanup.close()
            return SearchIndexMachine(self.empty_index(), tally)

        assert_agreement(machine, rules=RULES, examples=self.sequences)
