"""API Gateway as Amazon documents it, in process: the corpus is answered as by the server but for the differences listed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tests.api.sameness.beginnings import begin
from tests.api.sameness.row import Row, filled
from tests.api.sameness.twins import RULES, Twins, twins
from tests.deployed.sameness.differences import EMULATOR, GATEWAY
from tests.deployed.sameness.rows import ROWS
from tests.deployed.sameness.shape import Seen, seen
from tests.entrypoints.lambda_.deployment import deploy

from demobackend.adapters.memory.clock import ManualClock
from demobackend.testing.deployed_api import DeployedApi
from demobackend.testing.world import World, memory_stores

PAGE = Path(__file__).parents[2] / "docs/gateway-differences.md"


@dataclass(frozen=True, slots=True)
class Pair:
    """The server, and the same beginnings behind the gateway."""

    twins: Twins
    clock: ManualClock
    api: DeployedApi
    names: dict[str, str]

    def let_time_pass(self) -> None:
        """A little, on both sides."""
        self.twins.let_time_pass(timedelta(milliseconds=10))
        self.clock.advance(timedelta(milliseconds=10))

    def served(self, asked: Row) -> Seen:
        """What the server answers."""
        return seen(self.twins.answers(asked.request)["server"])

    def deployed(self, asked: Row) -> Seen:
        """What the gateway answers."""
        return seen(self.api.send(filled(asked.request, self.names)))


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    clock = ManualClock()
    world = World(memory_stores(clock), clock, rules=RULES)
    names = begin(world)
    with twins() as begun:
        yield Pair(begun, clock, deploy(world).api, names)


@pytest.mark.parametrize("name", ROWS)
def test_the_gateway_answers_as_the_server_but_for_what_is_listed(pair: Pair, name: str) -> None:
    asked, difference = ROWS[name], GATEWAY.get(name)
    pair.let_time_pass()
    if asked.before is not None:
        pair.served(asked.before)
        pair.deployed(asked.before)
    served, deployed = pair.served(asked), pair.deployed(asked)
    assert served.status == asked.status
    if difference is None:
        assert deployed == served
    else:
        assert isinstance(difference.answered_as, Row)
        assert deployed == pair.served(difference.answered_as) != served


def test_every_difference_stands_in_the_document_under_its_title() -> None:
    page = PAGE.read_text(encoding="utf-8")
    titles = {difference.title for table in (GATEWAY, EMULATOR) for difference in table.values()}
    assert [title for title in sorted(titles) if f"| {title} |" not in page] == []
    assert (GATEWAY.keys() | EMULATOR.keys()) <= ROWS.keys()
