"""Cognito's users keep the contract of identity providers."""

import pytest
from tests.contract.cognito.desks import cognito_desk
from tests.servers.ministack import Ministack

from demobackend.testing.contracts.identity_provider import IdentityDesk, IdentityProviderContract

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("ministack")]


class TestCognitoIdentity(IdentityProviderContract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def desk(self) -> IdentityDesk:
        return cognito_desk(self.server, self.cleanup)
