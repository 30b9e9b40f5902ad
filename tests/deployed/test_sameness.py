"""The sameness corpus on three profiles at once: memory, local, and the deployed API behind the emulator's gateway."""

from dataclasses import dataclass

import pytest
from tests.api.sameness.row import Row
from tests.deployed.sameness.beginning import begin, go_on
from tests.deployed.sameness.differences import EMULATOR, GATEWAY, Difference
from tests.deployed.sameness.rows import ROWS
from tests.deployed.sameness.shape import Seen, seen
from tests.deployed.sameness.target import Target

pytestmark = [pytest.mark.deployed, pytest.mark.xdist_group("deployed")]

NOTHING_TO_CHECK = Seen(200, None, "application/json", "{checks: [], status: str}")
MEMORY = {"person and service: readiness": NOTHING_TO_CHECK}
"""The one answer of another form: the memory profile stands on nothing that could fail."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """The same beginnings on each."""

    memory: Target
    local: Target
    deployed: Target

    @property
    def all(self) -> tuple[Target, ...]:
        """Every profile."""
        return self.memory, self.local, self.deployed


@pytest.fixture(scope="module")
def profiles(memory: Target, local: Target, deployed: Target) -> Profiles:
    begun = Profiles(memory, local, deployed)
    for target in begun.all:
        begin(target)
    return begun


def answer(local: Target, difference: Difference | None, usual: Seen) -> Seen:
    """What a difference says is answered; the usual where there is none."""
    if difference is None:
        return usual
    other = difference.answered_as
    return seen(local.send(other.request)) if isinstance(other, Row) else other


def test_one_walk_is_answered_alike_by_every_profile(profiles: Profiles) -> None:
    """Register, confirm, log in, upload, search, page; link, change, trash, restore, log out."""
    for target in profiles.all:
        go_on(target)
    assert profiles.memory.taken == profiles.local.taken == profiles.deployed.taken


@pytest.mark.parametrize("name", ROWS)
def test_a_request_is_answered_alike_by_every_profile(profiles: Profiles, name: str) -> None:
    asked = ROWS[name]
    if asked.before is not None:
        for target in profiles.all:
            target.send(asked.before.request)
    memory, local, deployed = (seen(target.send(asked.request)) for target in profiles.all)
    assert (local.status, local.code) == (asked.status, asked.code or local.code)
    assert memory == MEMORY.get(name, local)
    documented = answer(profiles.local, GATEWAY.get(name), local)
    emulated = answer(profiles.local, EMULATOR.get(name), documented)
    assert deployed == emulated
    assert (documented != local, emulated != documented) == (name in GATEWAY, name in EMULATOR), "a listed difference is gone"
