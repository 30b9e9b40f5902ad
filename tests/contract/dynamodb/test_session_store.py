"""The session store in DynamoDB keeps its contract on two servers."""

import pytest
from tests.contract.dynamodb.tables import empty_table
from tests.servers.dynamodb_local import DynamoDbServer
from tests.servers.ministack import Ministack

from demobackend.adapters.dynamodb.session_store import DynamoDbSessionStore
from demobackend.ports.session_store import SessionStore
from demobackend.testing.contracts.session_store import SessionStoreContract

pytestmark = pytest.mark.servers


@pytest.mark.xdist_group("dynamodb_local")
class TestDynamoDbSessionStoreOnDynamoDbLocal(SessionStoreContract):
    @pytest.fixture(autouse=True)
    def _server(self, dynamodb_local: DynamoDbServer) -> None:
        self.server = dynamodb_local

    def empty_store(self) -> SessionStore:
        return DynamoDbSessionStore(empty_table(self.server, self.cleanup))


@pytest.mark.xdist_group("ministack")
class TestDynamoDbSessionStoreOnMinistack(SessionStoreContract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def empty_store(self) -> SessionStore:
        return DynamoDbSessionStore(empty_table(self.server, self.cleanup))
