"""Preparing a node, and what a checkup finds there."""

import pytest
from opensearchpy import OpenSearch

from demobackend.adapters.opensearch.checkup import findings
from demobackend.adapters.opensearch.index_schema import definition
from demobackend.adapters.opensearch.prepare import prepare
from demobackend.adapters.opensearch.probe import OpenSearchProbe
from demobackend.adapters.opensearch.search_index import OpenSearchIndex
from demobackend.domain.model.errors import Unavailable
from demobackend.testing.contracts.search_index_case import search
from demobackend.testing.races import race
from demobackend.testing.samples import sample_indexed_file

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("opensearch")]


def test_many_may_prepare_at_once_and_again(client: OpenSearch, alias: str) -> None:
    assert race(lambda _: prepare(client, alias), callers=8) == [None] * 8
    prepare(client, alias)
    OpenSearchProbe(client, alias).check()
    assert findings(client, alias) == []


def test_what_is_put_is_found_by_the_next_search(client: OpenSearch, alias: str) -> None:
    prepare(client, alias, refresh_interval="50ms")
    index = OpenSearchIndex(client, alias=alias)
    index.put(sample_indexed_file(1, text="heron"))
    assert search(index, "heron").total == 1


def test_a_missing_alias_is_named_with_its_remedy_and_makes_no_index_by_a_put(client: OpenSearch, alias: str) -> None:
    with pytest.raises(Unavailable):
        OpenSearchIndex(client, alias=alias).put(sample_indexed_file(1))
    with pytest.raises(Unavailable):
        OpenSearchProbe(client, alias).check()
    (finding,) = findings(client, alias)
    assert "prepare" in finding


def test_a_single_node_holds_all_that_it_was_asked_to_hold(client: OpenSearch, alias: str) -> None:
    prepare(client, alias)
    assert client.cluster.health(index=alias)["status"] == "green"


def test_copies_that_a_single_node_cannot_hold_are_named(client: OpenSearch, alias: str) -> None:
    body = definition(alias)
    body["settings"]["index"] = {"number_of_replicas": 1}
    client.indices.create(index=f"{alias}-v1", body=body)
    assert client.cluster.health(index=alias)["status"] == "yellow"
    (finding,) = findings(client, alias)
    assert "index.auto_expand_replicas" in finding


def test_a_foreign_mapping_is_named(client: OpenSearch, alias: str) -> None:
    body = definition(alias) | {"mappings": {"properties": {"name": {"type": "text"}}}}
    client.indices.create(index=f"{alias}-old", body=body)
    (finding,) = findings(client, alias)
    assert "reindex" in finding
    client.indices.create(index=f"{alias}-older", body={"aliases": {alias: {}}})
    assert "Several" in findings(client, alias)[0]


def test_an_index_in_the_place_of_the_alias_is_named(client: OpenSearch, alias: str) -> None:
    client.indices.create(index=alias)
    (finding,) = findings(client, alias)
    assert "not an alias" in finding
