"""The keys in Secrets Manager keep their contract, by moto in this process and on a server."""

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from moto import mock_aws
from tests.adapters.amazon import session
from tests.servers.ministack import Ministack

from demobackend.adapters.botocore_clients import client_config
from demobackend.adapters.secretsmanager.secrets import SecretsManagerSecrets
from demobackend.adapters.system.clock import SystemClock
from demobackend.ports.secrets import Purpose, Secrets
from demobackend.testing.contracts.secrets import SecretsContract

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient


def new_deployment(client: "SecretsManagerClient") -> Secrets:
    prefix = f"{uuid4().hex}/"
    for purpose in Purpose:
        text = client.get_random_password(PasswordLength=64, ExcludePunctuation=True)["RandomPassword"]
        client.create_secret(Name=f"{prefix}{purpose}", SecretString=text)
    return SecretsManagerSecrets(client, prefix=prefix, clock=SystemClock())


class TestSecretsManagerByMoto(SecretsContract):
    def secrets(self) -> Secrets:
        self.cleanup.enter_context(mock_aws())
        return new_deployment(session().client("secretsmanager", config=client_config()))


@pytest.mark.servers
@pytest.mark.xdist_group("ministack")
class TestSecretsManagerOnMinistack(SecretsContract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def secrets(self) -> Secrets:
        return new_deployment(self.server.client("secretsmanager"))
