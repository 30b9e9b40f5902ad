"""The API over the memory family, without a network."""

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.testing.client import Client
from demobackend.testing.people import sign_in
from demobackend.testing.world import World, memory_stores


@pytest.fixture
def world() -> World:
    clock = ManualClock()
    return World(memory_stores(clock), clock)


@pytest.fixture
def nobody(world: World) -> Client:
    return Client(world.dispatch)


@pytest.fixture
def ada(world: World) -> Client:
    return Client(world.dispatch, sign_in(world, "ada@example.test").access)


@pytest.fixture
def eve(world: World) -> Client:
    return Client(world.dispatch, sign_in(world, "eve@example.test").access)
