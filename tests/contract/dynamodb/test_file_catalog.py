"""The file catalogue in DynamoDB keeps its contract on two servers; its change records are read from the table's stream."""

from contextlib import ExitStack
from uuid import uuid4

import pytest
from tests.contract.dynamodb.streams import ChangeStream
from tests.servers.aws import AwsServer
from tests.servers.dynamodb_local import DynamoDbServer
from tests.servers.ministack import Ministack

from demobackend.adapters.dynamodb.file_catalog import DynamoDbFileCatalog
from demobackend.adapters.dynamodb.schema import create_table
from demobackend.adapters.dynamodb.table import Table
from demobackend.ports.file_catalog import FileCatalog
from demobackend.testing.contracts.file_catalog import FileCatalogContract
from demobackend.testing.contracts.file_catalog_case import TakeChanges
from demobackend.testing.races import CALLERS

pytestmark = pytest.mark.servers


def catalog_on(server: AwsServer, cleanup: ExitStack) -> tuple[FileCatalog, TakeChanges]:
    """A catalogue in a new table, deleted by the clean-up, and the changes that the table's stream tells of."""
    client, name = server.client("dynamodb", connections=CALLERS), f"table-{uuid4().hex}"
    create_table(client, name)
    cleanup.callback(client.delete_table, TableName=name)
    table, arn = Table(client, name), client.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    return DynamoDbFileCatalog(table), ChangeStream(table, arn=arn, streams=server.client("dynamodbstreams")).take


@pytest.mark.xdist_group("dynamodb_local")
class TestDynamoDbFileCatalogOnDynamoDbLocal(FileCatalogContract):
    @pytest.fixture(autouse=True)
    def _server(self, dynamodb_local: DynamoDbServer) -> None:
        self.server = dynamodb_local

    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        return catalog_on(self.server, self.cleanup)


@pytest.mark.xdist_group("ministack")
class TestDynamoDbFileCatalogOnMinistack(FileCatalogContract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        return catalog_on(self.server, self.cleanup)
