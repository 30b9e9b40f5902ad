"""What the contract leaves open about the search index in memory: that its shortcuts find what the plain rule finds."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from demobackend.adapters.memory.search_index import MemorySearchIndex
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.ids import FileId
from demobackend.domain.model.search import IndexedFile, SearchRequest
from demobackend.domain.model.text.analysis import analyse_document
from demobackend.domain.model.text.matching import matches
from demobackend.domain.model.text.query import parse_query
from demobackend.testing.samples import NOON, OWNER, sample_id

WORDS = st.sampled_from(["ab", "abc", "b", "abcd", "ba", "東京", "京都", "é", "c"])
TEXTS = st.lists(WORDS, max_size=6).map(" ".join)
DOCUMENTS = st.tuples(TEXTS, st.lists(TEXTS, max_size=2).map(tuple), TEXTS, TEXTS)
TERMS = st.builds(
    lambda minus, field, words, star: f"{minus}{field}{words}{star}",
    st.sampled_from(["", "", "-"]),
    st.sampled_from(["", "", "name:", "tag:"]),
    st.one_of(WORDS, st.lists(WORDS, min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"')),
    st.sampled_from(["", "*"]),
)
QUERIES = st.lists(TERMS, min_size=1, max_size=3).map(" ".join)


def indexed(
    number: int, *, name: str = "", tags: tuple[str, ...] = (), description: str = "", text: str = "", revision: int = 1
) -> IndexedFile:
    return IndexedFile(
        file_id=FileId(sample_id(number)),
        owner_id=OWNER,
        revision=revision,
        version=1,
        name=name,
        tags=tags,
        description=description,
        media_type="text/plain",
        created_at=NOON + number * timedelta(seconds=1),
        text=text,
        text_status=TextStatus.INDEXED,
        tokens=analyse_document(name=name, tags=tags, description=description, text=text),
    )


def found(index: MemorySearchIndex, query: str, *, limit: int = 100) -> list[FileId]:
    """The ids of all pages of hits."""
    request = SearchRequest(owner_id=OWNER, query=parse_query(query))
    answer = index.search(request, limit=limit, after=None)
    ids = [hit.file_id for hit in answer.hits]
    while answer.next is not None:
        answer = index.search(request, limit=limit, after=answer.next)
        ids += [hit.file_id for hit in answer.hits]
    return ids


@given(st.lists(DOCUMENTS, max_size=6), QUERIES, st.sets(st.integers(0, 5)))
def test_the_index_finds_exactly_what_the_plain_rule_finds(
    documents: list[tuple[str, tuple[str, ...], str, str]], query: str, gone: set[int]
) -> None:
    index = MemorySearchIndex()
    held = [indexed(n, name=name, tags=tags, description=about, text=text) for n, (name, tags, about, text) in enumerate(documents)]
    for file in held:
        index.put(file)
    for number in gone & set(range(len(held))):
        index.remove(OWNER, held[number].file_id, revision=2)
    expected = {file.file_id for n, file in enumerate(held) if n not in gone and matches(parse_query(query), file.tokens)}
    shown = found(index, query, limit=2)
    assert sorted(shown) == sorted(expected)


def test_a_walk_goes_on_in_order_while_other_files_come_and_go() -> None:
    index = MemorySearchIndex()
    for number in range(20):
        index.put(indexed(number, text="word " * (1 + number % 4) + "filler " * number))
    request = SearchRequest(owner_id=OWNER, query=parse_query("word"))
    whole = found(index, "word")
    first = index.search(request, limit=7, after=None)
    for number in range(100, 150):
        index.put(indexed(number, text="filler " * 500))
    index.remove(OWNER, first.hits[-1].file_id, revision=1)
    rest = index.search(request, limit=100, after=first.next)
    assert [hit.file_id for hit in (*first.hits, *rest.hits)] == whole


def test_a_word_in_the_name_counts_for_more_than_one_in_the_text() -> None:
    index = MemorySearchIndex()
    index.put(indexed(1, name="word"))
    index.put(indexed(2, text="word"))
    assert found(index, "word") == [sample_id(1), sample_id(2)]


def test_of_equal_files_the_newest_comes_first() -> None:
    index = MemorySearchIndex()
    for number in (2, 3, 1):
        index.put(indexed(number, text="word"))
    assert found(index, "word", limit=1) == [sample_id(3), sample_id(2), sample_id(1)]


def test_the_same_revision_can_be_put_again_and_a_removed_one_cannot() -> None:
    index = MemorySearchIndex()
    index.put(indexed(1, text="first"))
    index.put(indexed(1, text="second"))
    assert (found(index, "first"), found(index, "second")) == ([], [sample_id(1)])
    index.remove(OWNER, FileId(sample_id(1)), revision=1)
    index.put(indexed(1, text="third"))
    assert found(index, "third") == []
    index.put(indexed(1, text="fourth", revision=2))
    assert found(index, "fourth") == [sample_id(1)]


def test_words_that_no_file_holds_any_more_take_up_no_room() -> None:
    index = MemorySearchIndex()
    for number in range(50):
        index.put(indexed(1, text=f"once{number}", revision=number + 1))
    postings = index._shelves[OWNER].postings
    assert list(postings._tallies) == ["once49"]
    assert len(postings._vocabulary._ordered) <= 2


def test_a_file_without_extracted_text_yet_has_no_text_to_use_again() -> None:
    index = MemorySearchIndex()
    index.put(replace(indexed(1, name="word"), text_status=TextStatus.PENDING))
    assert index.text_of(OWNER, FileId(sample_id(1)), version=1) is None
