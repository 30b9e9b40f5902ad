"""Servers that the tests of a module share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.entrypoints.server.served import Served, cheap_settings, served


@pytest.fixture(scope="module")
def memory() -> Iterator[Served]:
    with served(cheap_settings(profile="memory")) as running:
        yield running


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(cheap_settings(profile="local", data=tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest.fixture(scope="module", params=["memory", "local"])
def either(request: pytest.FixtureRequest) -> Served:
    running: Served = request.getfixturevalue(request.param)
    return running


@pytest.fixture(scope="module")
def data(local: Served) -> Path:
    """Where the local profile keeps things."""
    return local.application.settings.data
