"""The settings that these tests use are those that the checkup asks for."""

import pytest
from tests.contract.cognito.pools import cognito_client, new_pool
from tests.servers.ministack import Ministack

from demobackend.adapters.cognito.checkup import findings
from demobackend.testing.contracts.contract import Contract

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("ministack")]


class TestCheckup(Contract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def test_a_pool_of_these_tests_lacks_nothing_but_protection_and_what_the_emulator_forgets(self) -> None:
        pool = new_pool(self.server, self.cleanup)
        told = findings(cognito_client(self.server), pool)
        assert [sentence for sentence in told if "DeletionProtection" not in sentence and "RefreshTokenRotation" not in sentence] == []
