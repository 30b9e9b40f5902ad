"""The audit trail in DynamoDB keeps its contract on two servers."""

from contextlib import ExitStack

import pytest
from tests.contract.dynamodb.tables import empty_table
from tests.servers.aws import AwsServer
from tests.servers.dynamodb_local import DynamoDbServer
from tests.servers.ministack import Ministack

from demobackend.adapters.dynamodb.account_store import DynamoDbAccountStore
from demobackend.adapters.dynamodb.audit_trail import DynamoDbAuditTrail
from demobackend.adapters.dynamodb.session_store import DynamoDbSessionStore
from demobackend.testing.contracts.audit_trail import AuditedStores, AuditTrailContract

pytestmark = pytest.mark.servers


def stores_on(server: AwsServer, cleanup: ExitStack) -> AuditedStores:
    """All three on a new table."""
    table = empty_table(server, cleanup)
    return AuditedStores(accounts=DynamoDbAccountStore(table), sessions=DynamoDbSessionStore(table), trail=DynamoDbAuditTrail(table))


@pytest.mark.xdist_group("dynamodb_local")
class TestDynamoDbAuditTrailOnDynamoDbLocal(AuditTrailContract):
    @pytest.fixture(autouse=True)
    def _server(self, dynamodb_local: DynamoDbServer) -> None:
        self.server = dynamodb_local

    def empty_stores(self) -> AuditedStores:
        return stores_on(self.server, self.cleanup)


@pytest.mark.xdist_group("ministack")
class TestDynamoDbAuditTrailOnMinistack(AuditTrailContract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def empty_stores(self) -> AuditedStores:
        return stores_on(self.server, self.cleanup)
