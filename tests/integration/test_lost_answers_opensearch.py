"""Whatever becomes of requests to OpenSearch and their answers, the index never goes back, and no half answer looks whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from uuid import uuid4

import pytest
from opensearchpy import OpenSearch
from tests.integration.outcome import outcome
from tests.servers.faults import LOST, UNSENT, Answer, Cut, CutHead, Fault, Loss, Passage
from tests.servers.opensearch import OpenSearchServer
from tests.servers.proxy import Proxy, proxy_to
from urllib3 import HTTPConnectionPool, Timeout

from demobackend.adapters.opensearch.client import opensearch_client
from demobackend.adapters.opensearch.documents import document_id
from demobackend.adapters.opensearch.prepare import prepare
from demobackend.adapters.opensearch.search_index import OpenSearchIndex
from demobackend.domain.model.errors import Unavailable
from demobackend.testing.contracts.search_index_case import request
from demobackend.testing.samples import OWNER, STRANGER, sample_indexed_file
from demobackend.testing.walks import walk_hits

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("opensearch")]

_HASTE_SECONDS = 0.05
PASSING = {
    "reset before": UNSENT,
    "reset in the midst": Fault(Passage.HALF, Loss.RESET),
    "reset after": LOST,
    "closed without an answer": Fault(Passage.ONCE, CutHead(0)),
    "body cut": Fault(Passage.ONCE, Cut(-1)),
    "broken on the way back": Fault(Passage.ONCE, Answer(502, (("Content-Type", "text/html"),), b"<html>Bad gateway</html>")),
    "sent twice": Fault(Passage.TWICE),
    "late": Fault(Passage.LATE, Loss.RESET),
}
"""What one more attempt makes good."""
LASTING = {
    "too many requests": (Fault(Passage.NEVER, Answer(429, (("Content-Type", "application/json"),), b'{"error":"told","status":429}')),),
    "broken after": (Fault(Passage.ONCE, Answer(500, (("Content-Type", "application/json"),), b'{"error":"told","status":500}')),),
    "head cut": (Fault(Passage.ONCE, CutHead(20)),),
    "no body, and so it says": (Fault(Passage.ONCE, Cut(0, agreed=True)),),
    "a byte, and so it says": (Fault(Passage.ONCE, Cut(1, agreed=True)),),
    "body cut, and so it says": (Fault(Passage.ONCE, Cut(-20, agreed=True)),),
    "reset after, twice": (LOST, LOST),
    "late, then reset after": (PASSING["late"], LOST),
    "body cut, twice": (PASSING["body cut"],) * 2,
    "silent before": (Fault(Passage.NEVER, Loss.SILENCE),),
    "silent after": (Fault(Passage.ONCE, Loss.SILENCE),),
}
"""What the client may give up on."""


def is_silent(trouble: str) -> bool:
    return LASTING[trouble][0].reply is Loss.SILENCE


type State = tuple[int, bool, str] | None
type Call = Callable[[OpenSearchIndex, int], object]


@dataclass(frozen=True, slots=True)
class SpoiledIndex:
    """An index that is reached directly and through a proxy."""

    alias: str
    direct: OpenSearch
    proxied: OpenSearch
    hasty: OpenSearch
    proxy: Proxy
    numbers: "count[int]"

    def index(self) -> OpenSearchIndex:
        """The way around the proxy."""
        return OpenSearchIndex(self.direct, alias=self.alias, refresh="true")

    def spoiled(self, *, hasty: bool = False) -> OpenSearchIndex:
        """The way through the proxy, for one who waits long for an answer or hardly at all."""
        return OpenSearchIndex(self.hasty if hasty else self.proxied, alias=self.alias, refresh="true")

    def state(self, number: int) -> State:
        """Revision, whether it is removed, and text of what the index holds of the file of this number."""
        named = document_id(OWNER, sample_indexed_file(number).file_id)
        answer = self.direct.get(index=self.alias, id=named, params={"routing": OWNER, "ignore": 404})
        source = answer.get("_source")
        return None if source is None else (source["revision"], source["removed"], source.get("text_head", ""))


@pytest.fixture(scope="module")
def spoiled(opensearch: OpenSearchServer) -> Iterator[SpoiledIndex]:
    direct, alias = opensearch.client(), f"files-{uuid4().hex}"
    prepare(direct, alias, refresh_interval="-1")
    with proxy_to(opensearch.url) as proxy:
        patient = opensearch_client(proxy.endpoint, region=None)
        yield SpoiledIndex(alias, direct, patient, hasty_client(proxy.endpoint), proxy, count(1))
    direct.indices.delete(index=f"{alias}-v1")


def hasty_client(url: str) -> OpenSearch:
    """The client of the application, but for its patience."""
    client = opensearch_client(url, region=None)
    for connection in client.transport.connection_pool.connections:
        pool: HTTPConnectionPool = connection.pool
        pool.timeout = Timeout(_HASTE_SECONDS)
    return client


def put(revision: int) -> Call:
    return lambda index, number: index.put(sample_indexed_file(number, revision=revision, text=f"text {revision}"))


def remove(revision: int) -> Call:
    return lambda index, number: index.remove(OWNER, sample_indexed_file(number).file_id, revision=revision)


CHANGES: dict[str, tuple[tuple[Call, ...], Call]] = {
    "put the first": ((), put(1)),
    "put the next": ((put(1),), put(2)),
    "put an earlier one": ((put(2),), put(1)),
    "put one that was removed": ((put(1), remove(1)), put(1)),
    "put one above what was removed": ((put(1), remove(1)), put(2)),
    "remove": ((put(1),), remove(1)),
    "remove an earlier one": ((put(2),), remove(1)),
    "remove what was never put": ((), remove(1)),
}


def states(spoiled: SpoiledIndex, name: str) -> tuple[int, State, State]:
    """The number of a new file, made ready for this change; the state that it is in, and the one to come."""
    given, call = CHANGES[name]
    model, number = next(spoiled.numbers), next(spoiled.numbers)
    for step in given:
        step(spoiled.index(), model)
        step(spoiled.index(), number)
    call(spoiled.index(), model)
    return number, spoiled.state(number), spoiled.state(model)


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("name", CHANGES)
def test_what_passes_is_not_noticed(spoiled: SpoiledIndex, name: str, fault: str) -> None:
    number, _, after = states(spoiled, name)
    with spoiled.proxy.spoil({1: PASSING[fault]}) as case:
        CHANGES[name][1](spoiled.spoiled(), number)
    assert case.spoiled
    assert spoiled.state(number) == after
    case.deliver_late()
    assert spoiled.state(number) == after


@pytest.mark.parametrize("trouble", LASTING)
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_made_or_not_and_can_be_repeated(spoiled: SpoiledIndex, name: str, trouble: str) -> None:
    number, before, after = states(spoiled, name)
    with spoiled.proxy.spoil(dict(enumerate(LASTING[trouble], 1))) as case:
        answer = outcome(lambda: CHANGES[name][1](spoiled.spoiled(hasty=is_silent(trouble)), number))
    assert case.spoiled or answer is Unavailable
    assert answer in {None, Unavailable}
    assert spoiled.state(number) in ((after,) if answer is None else (before, after))
    CHANGES[name][1](spoiled.index(), number)
    case.deliver_late()
    assert spoiled.state(number) == after


@pytest.mark.parametrize(("late", "then"), [(put(1), put(2)), (put(1), remove(1)), (remove(1), put(2)), (remove(1), remove(2))])
def test_what_comes_late_changes_nothing(spoiled: SpoiledIndex, late: Call, then: Call) -> None:
    number = next(spoiled.numbers)
    put(1)(spoiled.index(), number)
    with spoiled.proxy.spoil({1: PASSING["late"], 2: UNSENT}) as case:
        assert outcome(lambda: late(spoiled.spoiled(), number)) is Unavailable
    then(spoiled.index(), number)
    state = spoiled.state(number)
    case.deliver_late()
    assert spoiled.state(number) == state


@pytest.fixture(scope="module")
def herons(spoiled: SpoiledIndex) -> None:
    """A stranger's files, which no other test touches."""
    for number in (1, 2, 3):
        spoiled.index().put(sample_indexed_file(number, owner_id=STRANGER, text="heron " * number))


def read(index: OpenSearchIndex) -> object:
    return index.text_of(STRANGER, sample_indexed_file(1).file_id, version=1)


def read_nothing(index: OpenSearchIndex) -> object:
    return index.text_of(STRANGER, sample_indexed_file(99).file_id, version=1)


def walk(index: OpenSearchIndex) -> object:
    return walk_hits(index, request("heron", owner_id=STRANGER), limit=1)


READS = [(read, 1), (read_nothing, 1), (walk, 1), (walk, 2), (walk, 3)]


@pytest.mark.usefixtures("herons")
@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize(("call", "place"), READS)
def test_what_passes_is_not_noticed_by_who_reads(
    spoiled: SpoiledIndex, call: Callable[[OpenSearchIndex], object], place: int, fault: str
) -> None:
    with spoiled.proxy.spoil({place: PASSING[fault]}) as case:
        assert call(spoiled.spoiled()) == call(spoiled.index())
    assert case.spoiled


@pytest.mark.usefixtures("herons")
@pytest.mark.parametrize("trouble", LASTING)
@pytest.mark.parametrize(("call", "place"), READS)
def test_who_reads_is_told_the_truth_or_nothing(
    spoiled: SpoiledIndex, call: Callable[[OpenSearchIndex], object], place: int, trouble: str
) -> None:
    with spoiled.proxy.spoil(dict(enumerate(LASTING[trouble], place))) as case:
        answer = outcome(lambda: call(spoiled.spoiled(hasty=is_silent(trouble))))
    assert case.spoiled or answer is Unavailable
    assert answer in (call(spoiled.index()), Unavailable)


@pytest.mark.usefixtures("herons")
@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize("call", [read, walk])
def test_no_part_of_an_answer_looks_whole(spoiled: SpoiledIndex, call: Callable[[OpenSearchIndex], object], *, agreed: bool) -> None:
    truth = call(spoiled.index())
    for end in range(0, 300, 7):
        cut = Fault(Passage.ONCE, Cut(end, agreed=agreed))
        with spoiled.proxy.spoil({1: cut, 2: cut}):
            assert outcome(lambda: call(spoiled.spoiled())) in (truth, Unavailable), end


@pytest.mark.parametrize("part", [b'"timed_out":true,"_shards":{"failed":0}', b'"timed_out":false,"_shards":{"failed":1}'])
def test_an_answer_of_some_shards_is_none(spoiled: SpoiledIndex, part: bytes) -> None:
    body = b'{"took":1,%b,"hits":{"total":{"value":0,"relation":"eq"},"hits":[]}}' % part
    with spoiled.proxy.spoil({1: Fault(Passage.ONCE, Answer(200, (("Content-Type", "application/json"),), body))}):
        assert outcome(lambda: walk(spoiled.spoiled())) is Unavailable
