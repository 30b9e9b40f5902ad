"""A cloud for each module that asks for one: its variables must not reach the others."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.cloud import Cloud
    from tests.servers.dynamodb_local import DynamoDbServer
    from tests.servers.ministack import Ministack
    from tests.servers.opensearch import OpenSearchServer
    from tests.servers.versitygw import S3Server


@pytest.fixture(scope="module")
def cloud(
    versitygw: "S3Server",
    dynamodb_local: "DynamoDbServer",
    opensearch: "OpenSearchServer",
    ministack: "Ministack",
    tmp_path_factory: pytest.TempPathFactory,
) -> "Iterator[Cloud]":
    """The profile aws, started when it is first asked for.

    A function has one set of keys for all that it calls, so there is a versitygw whose root has the emulator's; the shared one only
    tells whether it is installed.
    """
    from tests.integration.cloud import Servers, running_cloud
    from tests.servers.versitygw import serve

    assert versitygw.endpoint
    with (
        serve(tmp_path_factory.mktemp("s3"), access_key=ministack.access_key, secret_key=ministack.secret_key) as s3,
        running_cloud(Servers(s3=s3, dynamodb=dynamodb_local, opensearch=opensearch, ministack=ministack)) as running,
    ):
        yield running
