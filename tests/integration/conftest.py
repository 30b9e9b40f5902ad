"""A cloud for each module that asks for one: its variables must not reach the others."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.cloud import Cloud
    from tests.servers.dynamodb_local import DynamoDbServer
    from tests.servers.ministack import Ministack
    from tests.servers.opensearch import OpenSearchServer


@pytest.fixture(scope="module")
def cloud(
    dynamodb_local: "DynamoDbServer",
    opensearch: "OpenSearchServer",
    ministack: "Ministack",
    tmp_path_factory: pytest.TempPathFactory,
) -> "Iterator[Cloud]":
    """The profile aws, started when it is first asked for.

    A function has one set of keys for all that it calls, so there is a versitygw whose root has the emulator's.
    """
    from tests.integration.cloud import Servers, running_cloud
    from tests.servers import versitygw
    from tests.servers.plugin import running_server

    serve = partial(versitygw.serve, access_key=ministack.access_key, secret_key=ministack.secret_key)
    with (
        contextmanager(running_server)(versitygw.INSTALLATION, serve, tmp_path_factory) as s3,
        running_cloud(Servers(s3=s3, dynamodb=dynamodb_local, opensearch=opensearch, ministack=ministack)) as running,
    ):
        yield running
