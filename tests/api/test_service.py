"""What the service says of itself: that it is alive without asking anybody, and ready only after asking, but not often."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.api.dispatch import Dispatch
from demobackend.api.operation import AreaName
from demobackend.api.service import Readiness, Service
from demobackend.domain.model.errors import Unavailable
from demobackend.testing.client import Client
from demobackend.testing.faults import faulty, outage
from demobackend.testing.world import World, memory_stores


@dataclass(slots=True)
class Store:
    """A `Probe` of a store that answers, or does not."""

    name: str = "catalog"
    answers: bool = True
    asked: int = 0

    def check(self) -> None:
        self.asked += 1
        if not self.answers:
            raise Unavailable


@pytest.fixture
def store() -> Store:
    return Store()


def standing_on(store: Store, world: World) -> Client:
    """A client of the world's API, had it this store."""
    areas = dict(world.dispatch.areas)
    service = areas[AreaName.SERVICE]
    assert isinstance(service, Service)
    areas[AreaName.SERVICE] = replace(service, readiness=Readiness((Store("other"), store), world.clock))
    return Client(Dispatch(world.dispatch.gate, areas))


def test_alive_is_answered_without_asking_any_store(store: Store) -> None:
    faults, clock = outage(), ManualClock()
    world = World(memory_stores(clock), clock, wrap=lambda port, _: faulty(port, faults))
    store.answers = False
    answer = standing_on(store, world)("GET", "/healthz")
    assert (answer.status, answer.json) == (200, {"status": "ok"})
    assert (store.asked, faults.calls) == (0, ())


def test_ready_tells_of_every_store(store: Store, world: World) -> None:
    answer = standing_on(store, world)("GET", "/readyz")
    assert (answer.status, answer.json["status"], answer.header("retry-after")) == (200, "ok", None)
    assert [(check["name"], check["status"]) for check in answer.json["checks"]] == [("other", "ok"), ("catalog", "ok")]


def test_a_service_is_not_ready_while_a_store_does_not_answer(store: Store, world: World) -> None:
    client = standing_on(store, world)
    store.answers = False
    answer = client("GET", "/readyz")
    assert (answer.status, answer.json["status"], answer.header("retry-after")) == (503, "failed", "5")
    assert [(check["name"], check["status"]) for check in answer.json["checks"]] == [("other", "ok"), ("catalog", "failed")]
    store.answers = True
    world.clock.advance(timedelta(seconds=5))
    assert client("GET", "/readyz").status == 200


def test_stores_are_asked_at_most_once_in_five_seconds(store: Store, world: World) -> None:
    client, asked = standing_on(store, world), []
    for wait in (0.0, 0.0, 4.999, 0.001, 0.0, 5.0):
        world.clock.advance(timedelta(seconds=wait))
        client("GET", "/readyz")
        asked.append(store.asked)
    assert asked == [1, 1, 1, 2, 2, 3]
