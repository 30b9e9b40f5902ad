"""The account store in DynamoDB keeps its contract on two servers."""

import pytest
from tests.contract.dynamodb.tables import empty_table
from tests.servers.dynamodb_local import DynamoDbServer
from tests.servers.ministack import Ministack

from demobackend.adapters.dynamodb.account_store import DynamoDbAccountStore
from demobackend.ports.account_store import AccountStore
from demobackend.testing.contracts.account_store import AccountStoreContract

pytestmark = pytest.mark.servers


@pytest.mark.xdist_group("dynamodb_local")
class TestDynamoDbAccountStoreOnDynamoDbLocal(AccountStoreContract):
    @pytest.fixture(autouse=True)
    def _server(self, dynamodb_local: DynamoDbServer) -> None:
        self.server = dynamodb_local

    def empty_store(self) -> AccountStore:
        return DynamoDbAccountStore(empty_table(self.server, self.cleanup))


@pytest.mark.xdist_group("ministack")
class TestDynamoDbAccountStoreOnMinistack(AccountStoreContract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def empty_store(self) -> AccountStore:
        return DynamoDbAccountStore(empty_table(self.server, self.cleanup))
