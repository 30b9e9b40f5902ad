"""Whatever OpenSearch answers, a call succeeds or raises the right domain error, and no half answer looks complete."""

import json
from collections.abc import Callable

import pytest
from tests.adapters.opensearch.answering import answering

from demobackend.adapters.opensearch.checkup import findings
from demobackend.adapters.opensearch.client import opensearch_client
from demobackend.adapters.opensearch.prepare import prepare
from demobackend.adapters.opensearch.probe import OpenSearchProbe
from demobackend.adapters.opensearch.search_index import OpenSearchIndex
from demobackend.domain.model.errors import Unavailable
from demobackend.testing.contracts.search_index_case import request
from demobackend.testing.samples import OWNER, sample_indexed_file

FILE = sample_indexed_file(1, text="word")
CALLS: dict[str, Callable[[OpenSearchIndex], object]] = {
    "put": lambda index: index.put(FILE),
    "remove": lambda index: index.remove(OWNER, FILE.file_id, revision=1),
    "forget": lambda index: index.forget(OWNER, FILE.file_id, revision=1),
    "rebuild": lambda index: index.rebuild([FILE]),
    "text_of": lambda index: index.text_of(OWNER, FILE.file_id, version=1),
    "search": lambda index: index.search(request("word"), limit=10, after=None),
}
WHOLE = {"timed_out": False, "_shards": {"failed": 0}, "hits": {"total": {"value": 0}, "hits": []}}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 502, 503, 504])
def test_a_refusal_is_unavailable(call: str, status: int) -> None:
    with answering(status, b'{"error":{"type":"x","reason":"y"},"status":1}') as (client, _), pytest.raises(Unavailable):
        CALLS[call](OpenSearchIndex(client, alias="files"))


@pytest.mark.parametrize("call", ["put", "remove", "forget", "search"])
def test_a_missing_index_is_unavailable_and_not_an_empty_one(call: str) -> None:
    body = b'{"error":{"type":"index_not_found_exception"},"status":404}'
    with answering(404, body) as (client, _), pytest.raises(Unavailable):
        CALLS[call](OpenSearchIndex(client, alias="files"))


@pytest.mark.parametrize("call", ["put", "remove"])
def test_a_version_conflict_means_that_something_newer_is_there(call: str) -> None:
    body = b'{"error":{"type":"version_conflict_engine_exception"},"status":409}'
    with answering(409, body) as (client, seen):
        CALLS[call](OpenSearchIndex(client, alias="files"))
        assert len(seen) == 1


@pytest.mark.parametrize("call", CALLS)
def test_an_answer_cut_off_is_unavailable(call: str) -> None:
    with answering(200, b'{"took":1,"hits":{"total"', missing=100) as (client, _), pytest.raises(Unavailable):
        CALLS[call](OpenSearchIndex(client, alias="files"))


@pytest.mark.parametrize("call", ["text_of", "search"])
def test_an_answer_that_is_no_json_is_unavailable(call: str) -> None:
    with answering(200, b'{"took":1,') as (client, _), pytest.raises(Unavailable):
        CALLS[call](OpenSearchIndex(client, alias="files"))


@pytest.mark.parametrize("call", CALLS)
def test_nobody_there_is_unavailable(call: str) -> None:
    with answering(200) as (client, _):
        url = client.transport.hosts[0]
    gone = opensearch_client(f"http://127.0.0.1:{url['port']}", region=None)
    with pytest.raises(Unavailable):
        CALLS[call](OpenSearchIndex(gone, alias="files"))


@pytest.mark.parametrize(
    "half", [{"timed_out": True}, {"_shards": {"failed": 1}}, {"_shards": {}}], ids=["timed out", "a shard failed", "shards untold"]
)
def test_half_an_answer_is_unavailable(half: dict[str, object]) -> None:
    with answering(200, json.dumps(WHOLE | half).encode()) as (client, _), pytest.raises(Unavailable):
        CALLS["search"](OpenSearchIndex(client, alias="files"))


def test_a_whole_answer_without_hits_is_one() -> None:
    with answering(200, json.dumps(WHOLE).encode()) as (client, seen):
        found = OpenSearchIndex(client, alias="files").search(request("word"), limit=10, after=None)
        assert (found.hits, found.total, found.next, seen) == ((), 0, None, ["POST /files/_search"])


def test_who_looks_for_nothing_asks_nobody() -> None:
    with answering(500) as (client, seen):
        assert OpenSearchIndex(client, alias="files").search(request("-word"), limit=10, after=None).total == 0
        assert seen == []


@pytest.mark.parametrize("call", ["prepare", "check", "findings"])
def test_preparing_and_looking_are_unavailable_too(call: str) -> None:
    with answering(503) as (client, _), pytest.raises(Unavailable):
        {
            "prepare": lambda: prepare(client, "files"),
            "check": OpenSearchProbe(client, "files").check,
            "findings": lambda: findings(client, "files"),
        }[call]()
