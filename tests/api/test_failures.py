"""A fault of ours is told as one: what nobody foresaw as `internal`, stored facts that contradict each other as `corrupt`."""

import logging
from dataclasses import dataclass, replace

import pytest

from demobackend.api.dispatch import Dispatch
from demobackend.api.operation import AreaName
from demobackend.api.service import Readiness, Service
from demobackend.domain.model.errors import Corrupt
from demobackend.testing.client import Client
from demobackend.testing.world import World


@dataclass(frozen=True, slots=True)
class Failing:
    """A `Probe` with a bug."""

    error: Exception
    name: str = "failing"

    def check(self) -> None:
        """Raises the error."""
        raise self.error


def client_of(world: World, error: Exception) -> Client:
    """A client of the world's API, where asking for readiness raises this error."""
    service = world.dispatch.areas[AreaName.SERVICE]
    assert isinstance(service, Service)
    failing = replace(service, readiness=Readiness((Failing(error),), world.clock))
    return Client(Dispatch(world.dispatch.gate, {**world.dispatch.areas, AreaName.SERVICE: failing}))


def test_what_nobody_foresaw_is_internal_and_its_request_id_finds_it_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client_of(world, ZeroDivisionError("secret"))("GET", "/readyz")
    assert (answer.status, answer.code, answer.json["type"]) == (500, "internal", "/docs/errors#internal")
    assert b"secret" not in answer.reply.body
    [record] = [record for record in caplog.records if record.getMessage() == "failed"]
    assert record.__dict__["request_id"] == answer.json["request_id"]
    assert record.exc_info and record.exc_info[0] is ZeroDivisionError


def test_stored_facts_that_contradict_each_other_are_corrupt(world: World) -> None:
    answer = client_of(world, Corrupt())("GET", "/readyz")
    assert (answer.status, answer.code, answer.json["detail"]) == (500, "corrupt", "Stored facts contradict each other.")
