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
    """The profile aws, started when it is first asked for. The shared versitygw only tells whether one is installed."""
    from tests.integration.cloud import Servers, running_cloud, s3_for

    assert versitygw.endpoint
    with (
        s3_for(ministack, tmp_path_factory.mktemp("s3")) as s3,
        running_cloud(Servers(s3=s3, dynamodb=dynamodb_local, opensearch=opensearch, ministack=ministack)) as running,
    ):
        yield running
