"""Both families of stores under the same use cases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.testing.world import World, local_stores, memory_stores


@pytest.fixture(params=["memory", "local"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    clock = ManualClock()
    stores = memory_stores(clock) if request.param == "memory" else local_stores(clock, tmp_path)
    yield World(stores, clock)
    stores.close()
