"""Each document of a bulk has its own outcome: it is there, it is refused, or it is sent again."""

import json
from collections.abc import Callable, Iterable, Iterator

import pytest
from opensearchpy import OpenSearch
from tests.adapters.opensearch.answering import responding

from demobackend.adapters.opensearch.bulk import Bulk, Indexing
from demobackend.domain.model.errors import Unavailable

type Outcome = Callable[[str, int], int]
"""The status of the document of this id in the request of this number, from 1."""


class Node:
    """Answers bulks, and remembers which documents came in each, and how many bytes."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.requests: list[list[str]] = []
        self.sizes: list[int] = []

    def __call__(self, body: bytes) -> tuple[int, bytes]:
        lines = body.splitlines()
        ids = [json.loads(action)["index"]["_id"] for action in lines[::2]]
        assert len(lines) == 2 * len(ids)
        self.requests.append(ids)
        self.sizes.append(len(body))
        statuses = [self.outcome(each, len(self.requests)) for each in ids]
        if min(statuses) < 0:
            return -min(statuses), b'{"error":"told"}'
        items = [{"index": {"_id": each, "status": status} | _error(status)} for each, status in zip(ids, statuses, strict=True)]
        return 200, json.dumps({"errors": max(statuses) > 299, "items": items}).encode()


def _error(status: int) -> dict[str, object]:
    return {"error": {"type": "told", "caused_by": {"type": "told"}}} if status > 299 else {}


def documents(*ids: str, size: int = 1) -> Iterator[Indexing]:
    for each in ids:
        yield Indexing(each, "owner", 2, {"text": "x" * size})


def bulk(client: OpenSearch, pauses: list[float] | None = None) -> Bulk:
    return Bulk(client, "files-next", pause=(list[float]() if pauses is None else pauses).append, random=lambda: 0.5)


def refused(node: Node, indexings: Iterable[Indexing], pauses: list[float] | None = None) -> list[str]:
    with responding(node) as (client, _):
        return list(bulk(client, pauses).index(indexings))


def test_all_go_in_one_request_to_the_alias() -> None:
    node = Node(lambda *_: 201)
    with responding(node) as (client, seen):
        assert list(bulk(client).index(documents("a", "b"))) == []
        assert (seen, node.requests) == (["POST /files-next/_bulk"], [["a", "b"]])


def test_what_is_newer_there_already_is_well() -> None:
    node = Node(lambda each, _: 409 if each == "a" else 200)
    assert refused(node, documents("a", "b")) == []
    assert len(node.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_only_what_could_not_be_taken_is_sent_again(status: int) -> None:
    node = Node(lambda each, number: status if each == "b" and number < 3 else 201)
    pauses: list[float] = []
    assert refused(node, documents("a", "b", "c"), pauses) == []
    assert node.requests == [["a", "b", "c"], ["b"], ["b"]]
    assert pauses == [0.25, 0.5]


def test_a_document_that_is_refused_is_named_and_not_sent_again() -> None:
    node = Node(lambda each, number: 400 if each == "b" else 429 if number == 1 else 201)
    assert refused(node, documents("a", "b", "c")) == ["b"]
    assert node.requests == [["a", "b", "c"], ["a", "c"]]


def test_patience_has_an_end() -> None:
    node = Node(lambda *_: 429)
    pauses: list[float] = []
    with pytest.raises(Unavailable):
        refused(node, documents("a"), pauses)
    assert len(node.requests) == len(pauses) == 8
    assert sum(pauses) <= 64


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_will_not_pass_is_not_tried_again(status: int) -> None:
    for outcome in (status, -status):
        node = Node(lambda *_, outcome=outcome: outcome)
        with pytest.raises(Unavailable):
            refused(node, documents("a", "b"))
        assert len(node.requests) == 1


def test_a_request_that_cannot_be_taken_is_sent_again_whole() -> None:
    node = Node(lambda _, number: -429 if number == 1 else 201)
    assert refused(node, documents("a", "b")) == []
    assert node.requests == [["a", "b"]] * 2


def test_a_request_that_is_too_large_is_taken_apart() -> None:
    node = Node(lambda each, number: -413 if number == 1 or each == "b" else 201)
    assert refused(node, documents("a", "b", "c")) == ["b"]
    assert node.requests == [["a", "b", "c"], ["a"], ["b"], ["c"]]


@pytest.mark.parametrize("answer", [b"", b"{}", b'{"items":[]}', b'{"items":[{"index":{"_id":"a","sta'])
def test_half_an_answer_is_none(answer: bytes) -> None:
    answers = iter([answer])
    node = Node(lambda *_: 201)
    with responding(lambda body: (200, next(answers, None) or node(body)[1])) as (client, _):
        assert list(bulk(client).index(documents("a"))) == []


def test_requests_keep_within_their_limits() -> None:
    node = Node(lambda *_: 201)
    assert refused(node, documents(*map(str, range(1_001)))) == []
    assert [len(ids) for ids in node.requests] == [500, 500, 1]
    node = Node(lambda *_: 201)
    assert refused(node, documents(*"abcdef", size=1_500_000)) == []
    assert [len(ids) for ids in node.requests] == [3, 3]
    assert max(node.sizes) <= 5_000_000


def test_a_document_beyond_the_limits_goes_by_itself() -> None:
    node = Node(lambda *_: 201)
    assert refused(node, (*documents("a"), *documents("b", size=6_000_000), *documents("c"))) == []
    assert node.requests == [["a"], ["b"], ["c"]]


def test_nothing_is_asked_for_before_there_is_room_for_it() -> None:
    node = Node(lambda *_: 201)
    taken: list[int] = []

    def many() -> Iterator[Indexing]:
        for number in range(1_200):
            taken.append(len(node.requests))
            yield from documents(str(number))

    refused(node, many())
    assert [taken[number] for number in (0, 500, 501, 1_001)] == [0, 0, 1, 2]
