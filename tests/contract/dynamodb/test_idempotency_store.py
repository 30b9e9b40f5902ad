"""The store of idempotency keys in DynamoDB keeps its contract on two servers."""

import pytest
from tests.contract.dynamodb.tables import empty_table
from tests.servers.dynamodb_local import DynamoDbServer
from tests.servers.ministack import Ministack

from demobackend.adapters.dynamodb.idempotency_store import DynamoDbIdempotencyStore
from demobackend.ports.idempotency_store import IdempotencyStore
from demobackend.testing.contracts.idempotency_store import IdempotencyStoreContract

pytestmark = pytest.mark.servers


@pytest.mark.xdist_group("dynamodb_local")
class TestDynamoDbIdempotencyStoreOnDynamoDbLocal(IdempotencyStoreContract):
    @pytest.fixture(autouse=True)
    def _server(self, dynamodb_local: DynamoDbServer) -> None:
        self.server = dynamodb_local

    def empty_store(self) -> IdempotencyStore:
        return DynamoDbIdempotencyStore(empty_table(self.server, self.cleanup))


@pytest.mark.xdist_group("ministack")
class TestDynamoDbIdempotencyStoreOnMinistack(IdempotencyStoreContract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def empty_store(self) -> IdempotencyStore:
        return DynamoDbIdempotencyStore(empty_table(self.server, self.cleanup))
