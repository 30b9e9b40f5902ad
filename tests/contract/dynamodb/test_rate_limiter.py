"""The rate limiter in DynamoDB keeps its contract on two servers."""

import pytest
from tests.contract.dynamodb.tables import empty_table
from tests.servers.dynamodb_local import DynamoDbServer
from tests.servers.ministack import Ministack

from demobackend.adapters.dynamodb.rate_limiter import DynamoDbRateLimiter
from demobackend.ports.rate_limiter import RateLimiter
from demobackend.testing.contracts.rate_limiter import RateLimiterContract

pytestmark = pytest.mark.servers


@pytest.mark.xdist_group("dynamodb_local")
class TestDynamoDbRateLimiterOnDynamoDbLocal(RateLimiterContract):
    @pytest.fixture(autouse=True)
    def _server(self, dynamodb_local: DynamoDbServer) -> None:
        self.server = dynamodb_local

    def limiter(self) -> RateLimiter:
        return DynamoDbRateLimiter(empty_table(self.server, self.cleanup))


@pytest.mark.xdist_group("ministack")
class TestDynamoDbRateLimiterOnMinistack(RateLimiterContract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def limiter(self) -> RateLimiter:
        return DynamoDbRateLimiter(empty_table(self.server, self.cleanup))
