"""The real servers as fixtures: each starts when a test first asks for it, and ends with the session.

A module whose tests ask for one carries `pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("<fixture>")]`: the group
keeps them in one process of `--dist loadgroup`, so that the server starts once. Tests marked `servers` run when `-m` names them
(`make integration` does); without `-m` they are deselected, so that plain `pytest` needs no server.

Each fixture imports its server's module by itself: the clients of Amazon and OpenSearch take longer to load than many a test runs.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.servers.installation import Installation

if TYPE_CHECKING:
    from tests.servers.dynamodb_local import DynamoDbServer
    from tests.servers.ministack import Ministack
    from tests.servers.opensearch import OpenSearchServer
    from tests.servers.versitygw import S3Server

_MARKERS = {
    "servers": "needs a real server; `make servers` installs them, `make integration` runs these tests",
    "packaging": "builds and runs the packages of the Lambda functions; `make package-test` runs these tests",
    "deployed": "deploys the packages into emulators on loopback; `make deployed` runs these tests",
}


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    for name, meaning in _MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say what a run without `-m` leaves out: under pytest-xdist, its last line does not count what was deselected."""
    return None if config.option.markexpr else f"left out: tests marked {' or '.join(_MARKERS)}, which run when -m names them"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without `-m`, deselect the tests that need a server, and those that build or deploy packages."""
    if config.option.markexpr:
        return
    left_out = [item for item in items if any(map(item.get_closest_marker, _MARKERS))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not any(map(item.get_closest_marker, _MARKERS))]


@pytest.fixture(scope="session")
def versitygw(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[S3Server]":
    """Amazon S3, by versitygw."""
    from tests.servers import versitygw as server

    yield from running_server(server.INSTALLATION, server.serve, tmp_path_factory)


@pytest.fixture(scope="session")
def dynamodb_local(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[DynamoDbServer]":
    """Amazon DynamoDB, by DynamoDB Local."""
    from tests.servers import dynamodb_local as server

    yield from running_server(server.INSTALLATION, server.serve, tmp_path_factory)


@pytest.fixture(scope="session")
def opensearch(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[OpenSearchServer]":
    """Amazon OpenSearch Service, by a node of OpenSearch."""
    from tests.servers import opensearch as server

    yield from running_server(server.INSTALLATION, server.serve, tmp_path_factory)


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Ministack]":
    """Amazon Cognito, SES, Lambda, API Gateway and the rest, by ministack."""
    from tests.servers import ministack as server

    yield from running_server(server.INSTALLATION, server.serve, tmp_path_factory)


def running_server[Server](
    installation: Installation, serve: Callable[[Path], AbstractContextManager[Server]], folders: pytest.TempPathFactory
) -> Iterator[Server]:
    """The server, in a folder of its own. Where it is not installed, its tests fail in CI and are skipped elsewhere.

    Its data goes when it ends; its output stays as long as pytest keeps temporary folders.
    """
    if not installation.is_there():
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse(f"{installation.name} {installation.version} is not installed: make servers")
    folder = folders.mktemp(installation.name)
    with serve(folder) as server:
        yield server
    shutil.rmtree(folder / "data", ignore_errors=True)
