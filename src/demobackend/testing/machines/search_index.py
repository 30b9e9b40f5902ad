"""A search index against a list that is looked through from end to end."""

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from demobackend.domain.model.ids import FileId, UserId
from demobackend.domain.model.search import IndexedFile, SearchRequest
from demobackend.domain.model.text.matching import matches
from demobackend.domain.model.text.query import Query, parse_query
from demobackend.ports.search_index import SearchIndex
from demobackend.testing.machines.run import Tally
from demobackend.testing.samples import OWNER, STRANGER, sample_indexed_file
from demobackend.testing.strategies import WORDS, prose, queries
from demobackend.testing.walks import walk_hits

RULES = ("put", "put_late", "remove", "remove_late", "search", "text")
NUMBERS = st.integers(1, 5)
REVISIONS = st.integers(1, 6)
WORD_QUERIES = st.sampled_from((*WORDS, "alph*", "-alpha beta", '"alpha beta"')).map(parse_query)


@dataclass(slots=True)
class Held:
    """The highest revision seen of a file, and what is held of it."""

    revision: int = 0
    file: IndexedFile | None = None


class SearchIndexMachine(RuleBasedStateMachine):
    """Puts and removes revisions of a few files of two owners in any order, and asks for them."""

    def __init__(self, index: SearchIndex, tally: Tally) -> None:
        super().__init__()
        self.index, self.tally = index, tally
        self.held: dict[tuple[UserId, FileId], Held] = {}

    @initialize(texts=st.lists(prose(), min_size=4, max_size=4))
    def some_files(self, texts: list[str]) -> None:
        """Something to find, whichever rules are at work."""
        for number, text in enumerate(texts, start=1):
            self.put(number=number, revision=number, name="report.txt", tags=[], text=text)

    @rule(number=NUMBERS, revision=REVISIONS, name=prose(max_words=2), tags=st.lists(prose(max_words=2), max_size=2), text=prose())
    def put(self, number: int, revision: int, name: str, tags: list[str], text: str) -> None:
        file = sample_indexed_file(
            number, owner_id=_owner_of(number), revision=revision, version=revision, name=name, tags=tuple(tags), text=text
        )
        self.index.put(file)
        held = self._held(number)
        # What was removed at a revision stays removed at it; what was put at one may be put again, differently read.
        if revision > held.revision or (revision == held.revision and held.file is not None):
            held.revision, held.file = revision, file
            self.tally["put"] += 1
        else:
            self.tally["put_late"] += 1

    @rule(number=NUMBERS, revision=REVISIONS)
    def remove(self, number: int, revision: int) -> None:
        file = sample_indexed_file(number, owner_id=_owner_of(number))
        self.index.remove(file.owner_id, file.file_id, revision=revision)
        held = self._held(number)
        if revision >= held.revision:
            self.tally["remove"] += held.file is not None
            held.revision, held.file = revision, None
        else:
            self.tally["remove_late"] += 1

    @rule(number=NUMBERS, back=st.sampled_from((0, 0, 1)))
    def text_of(self, number: int, back: int) -> None:
        file = sample_indexed_file(number, owner_id=_owner_of(number))
        held = self._held(number).file
        version = held.version - back if held else 1
        expected = held.text if held and held.version == version else None
        found = self.index.text_of(file.owner_id, file.file_id, version=version)
        assert (found.text if found else None) == expected
        self.tally["text"] += found is not None

    @rule(query=WORD_QUERIES | queries(), owner_id=st.sampled_from((OWNER, OWNER, STRANGER)), limit=st.integers(1, 3))
    def search(self, query: Query, owner_id: UserId, limit: int) -> None:
        files = {held.file.file_id: held.file for (owner, _), held in self.held.items() if held.file and owner == owner_id}
        expected = {file_id for file_id, file in files.items() if matches(query, file.tokens)}
        pages = walk_hits(self.index, SearchRequest(owner_id=owner_id, query=query), limit=limit)
        assert {page.total for page in pages} == {len(expected)}
        hits = [hit for page in pages for hit in page.hits]
        assert sorted(hit.file_id for hit in hits) == sorted(expected)
        order = [(-hit.score, -files[hit.file_id].created_at.timestamp()) for hit in hits]
        assert all(before <= after for before, after in pairwise(order)), "Best first, equal ones newest first."
        self.tally["search"] += bool(expected)

    def _held(self, number: int) -> Held:
        file = sample_indexed_file(number)
        return self.held.setdefault((_owner_of(number), file.file_id), Held())


def _owner_of(number: int) -> UserId:
    return STRANGER if number == 1 else OWNER
