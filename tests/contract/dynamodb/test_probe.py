"""The probe of the table keeps its contract on two servers."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest
from tests.servers.aws import AwsServer
from tests.servers.dynamodb_local import DynamoDbServer
from tests.servers.ministack import Ministack

from demobackend.adapters.dynamodb.probe import DynamoDbProbe
from demobackend.adapters.dynamodb.schema import create_table
from demobackend.adapters.dynamodb.table import Table
from demobackend.ports.probe import Probe
from demobackend.testing.contracts.probe import ProbeContract

pytestmark = pytest.mark.servers


def probe(server: AwsServer) -> tuple[Probe, Callable[[], None]]:
    client, name = server.client("dynamodb"), f"table-{uuid4().hex}"
    create_table(client, name)
    return DynamoDbProbe(Table(client, name)), partial(client.delete_table, TableName=name)


@pytest.mark.xdist_group("dynamodb_local")
class TestDynamoDbProbeOnDynamoDbLocal(ProbeContract):
    @pytest.fixture(autouse=True)
    def _server(self, dynamodb_local: DynamoDbServer) -> None:
        self.server = dynamodb_local

    def probe(self) -> tuple[Probe, Callable[[], None]]:
        return probe(self.server)


@pytest.mark.xdist_group("ministack")
class TestDynamoDbProbeOnMinistack(ProbeContract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def probe(self) -> tuple[Probe, Callable[[], None]]:
        return probe(self.server)
