"""What a rebuild does to indexes and aliases, whatever becomes of it."""

from collections.abc import Iterator

import pytest
from opensearchpy import OpenSearch

from demobackend.adapters.opensearch.checkup import findings
from demobackend.adapters.opensearch.index_schema import definition
from demobackend.adapters.opensearch.prepare import prepare
from demobackend.adapters.opensearch.search_index import OpenSearchIndex
from demobackend.domain.model.errors import NotFound, Unavailable
from demobackend.domain.model.search import IndexedFile, Rebuilt, RemovedFile
from demobackend.testing.contracts.search_index_case import numbers_of, search
from demobackend.testing.samples import OWNER, sample_indexed_file

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("opensearch")]
FILE, OTHER = sample_indexed_file(1, text="word"), sample_indexed_file(2, text="word")


@pytest.fixture
def alias(client: OpenSearch, alias: str) -> str:
    prepare(client, alias, refresh_interval="-1")
    return alias


def index_behind(client: OpenSearch, alias: str) -> OpenSearchIndex:
    return OpenSearchIndex(client, alias=alias, refresh="true", pause=lambda _: None)


def aliases(client: OpenSearch, alias: str) -> dict[str, list[str]]:
    """What stands behind each index of ours, by the last part of its name."""
    there = client.indices.get_alias(index=f"{alias}*")
    return {name.removeprefix(f"{alias}-"): sorted(each.removeprefix(alias) for each in found["aliases"]) for name, found in there.items()}


def test_the_next_index_takes_the_place_of_the_last(client: OpenSearch, alias: str) -> None:
    index = index_behind(client, alias)
    for number in (2, 3):
        assert index.rebuild([FILE]) == Rebuilt(1)
        assert aliases(client, alias) == {f"v{number}": ["", "-write"]}
        assert findings(client, alias) == []


def test_a_rebuild_makes_an_index_where_there_was_none(client: OpenSearch, alias: str) -> None:
    client.indices.delete(index=f"{alias}-v1")
    assert index_behind(client, alias).rebuild([FILE]) == Rebuilt(1)
    assert aliases(client, alias) == {"v2": ["", "-write"]}


def test_a_change_made_meanwhile_goes_to_both_indexes(client: OpenSearch, alias: str) -> None:
    index = index_behind(client, alias)

    def files() -> Iterator[IndexedFile]:
        yield FILE
        assert aliases(client, alias) == {"v1": [""], "v2": ["-next"]}
        assert "rebuild" in findings(client, alias)[0]
        index.put(OTHER)
        assert [client.count(index=f"{alias}-v{number}")["count"] for number in (1, 2)] == [1, 1]

    index.rebuild(files())
    assert sorted(numbers_of(search(index, "word"))) == [1, 2]


def test_a_rebuild_that_is_broken_off_leaves_no_trace(client: OpenSearch, alias: str) -> None:
    def files() -> Iterator[IndexedFile]:
        yield FILE
        raise NotFound

    with pytest.raises(NotFound):
        index_behind(client, alias).rebuild(files())
    assert aliases(client, alias) == {"v1": ["", "-write"]}


@pytest.mark.parametrize("crash", ["before the changes go two ways", "while it is being filled", "after the move"])
def test_what_a_crash_left_loses_nothing_and_goes_with_the_next_rebuild(client: OpenSearch, alias: str, crash: str) -> None:
    client.indices.create(index=f"{alias}-v7", body=definition(f"{alias}-next"))
    if crash == "while it is being filled":
        client.indices.delete_alias(index=f"{alias}-v1", name=f"{alias}-write")
    if crash == "after the move":
        client.indices.delete_alias(index=f"{alias}-v7", name=f"{alias}-next")
    index = index_behind(client, alias)
    index.put(FILE)
    assert numbers_of(search(index, "word")) == [1]
    assert "reindex" in findings(client, alias)[0]
    assert index.rebuild([FILE, OTHER]) == Rebuilt(2)
    assert aliases(client, alias) == {"v8": ["", "-write"]}
    assert sorted(numbers_of(search(index, "word"))) == [1, 2]


def test_of_two_rebuilds_the_one_that_began_last_ends_well_and_nothing_is_lost(client: OpenSearch, alias: str) -> None:
    first, second = index_behind(client, alias), index_behind(client, alias)
    first.put(FILE)

    def files() -> Iterator[IndexedFile]:
        yield FILE
        assert second.rebuild([FILE, OTHER]) == Rebuilt(2)
        yield OTHER

    with pytest.raises(Unavailable):
        first.rebuild(files())
    assert aliases(client, alias) == {"v3": ["", "-write"]}
    assert sorted(numbers_of(search(first, "word"))) == [1, 2]


def test_a_rebuild_begun_while_another_runs_does_not_make_an_index_by_accident(client: OpenSearch, alias: str) -> None:
    def files() -> Iterator[IndexedFile]:
        client.indices.delete(index=f"{alias}-v2")
        yield FILE

    with pytest.raises(Unavailable):
        index_behind(client, alias).rebuild(files())
    assert aliases(client, alias).keys() == {"v1"}
    index_behind(client, alias).put(FILE)
    assert search(index_behind(client, alias), "word").total == 1


def test_a_file_that_the_index_refuses_is_named_and_the_others_are_found(client: OpenSearch, alias: str) -> None:
    odd = sample_indexed_file(3, text="word", version=2**40)
    refused = index_behind(client, alias).rebuild([FILE, odd, OTHER])
    assert refused == Rebuilt(3, (odd.file_id,))
    assert sorted(numbers_of(search(index_behind(client, alias), "word"))) == [1, 2]


def test_a_mapping_that_refuses_more_files_than_a_few_takes_nobodys_place(client: OpenSearch, alias: str) -> None:
    odd = [sample_indexed_file(number, version=2**40) for number in range(101)]
    with pytest.raises(Unavailable):
        index_behind(client, alias).rebuild(odd)
    assert aliases(client, alias) == {"v1": ["", "-write"]}


def test_the_newest_is_there_already_is_no_refusal(client: OpenSearch, alias: str) -> None:
    index = index_behind(client, alias)

    def files() -> Iterator[IndexedFile]:
        index.put(sample_indexed_file(1, revision=5, text="newer"))
        yield sample_indexed_file(1, revision=4, text="older")

    assert index.rebuild(files()) == Rebuilt(1)
    assert (search(index, "newer").total, search(index, "older").total) == (1, 0)


def test_a_file_that_is_gone_for_good_leaves_no_marker(client: OpenSearch, alias: str) -> None:
    index = index_behind(client, alias)
    index.put(FILE)
    index.remove(OWNER, FILE.file_id, revision=1)
    client.indices.refresh(index=alias)
    assert client.count(index=alias)["count"] == 1
    index.forget(OWNER, FILE.file_id, revision=2)
    index.forget(OWNER, OTHER.file_id, revision=1)
    client.indices.refresh(index=alias)
    assert client.count(index=alias)["count"] == 0


def test_a_rebuild_keeps_markers_of_what_may_come_back_only(client: OpenSearch, alias: str) -> None:
    index = index_behind(client, alias)
    index.remove(OWNER, FILE.file_id, revision=1)
    index.rebuild([RemovedFile(owner_id=OWNER, file_id=OTHER.file_id, revision=1)])
    assert client.count(index=alias)["count"] == 1


def test_a_word_longer_than_opensearch_takes_hides_no_file(client: OpenSearch, alias: str) -> None:
    index = index_behind(client, alias)
    index.put(sample_indexed_file(1, text="begins" + "x" * 50_000 + " heron"))
    assert search(index, "heron").total == search(index, "begins*").total == search(index, '"begins" -heron').total + 1 == 1
