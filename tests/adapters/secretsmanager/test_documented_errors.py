"""Every error that is documented for a call of Secrets Manager becomes the right one of the domain.

Source: AWS Secrets Manager API Reference, "GetSecretValue", section "Errors", and "Common Error Types".
"""

from collections.abc import Mapping

import pytest
from tests.adapters.documented import Act, json_errors, operations_called, outcomes

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.secretsmanager.checkup import findings
from demobackend.adapters.secretsmanager.secrets import SecretsManagerSecrets, secret_text
from demobackend.domain.model.errors import Unavailable
from demobackend.ports.secrets import Purpose

ACTS: Mapping[str, Act] = {
    "keys": lambda client: SecretsManagerSecrets(client, prefix="p/", clock=ManualClock()).keys(Purpose.CURSOR),
    "a text": lambda client: secret_text(client, "client"),
    "checkup": lambda client: findings(client, prefix="p/"),
}
FOUND = {
    "keys": set[str](),
    "a text": set[str](),
    "checkup": {"AccessDeniedException", "InvalidRequestException", "ResourceNotFoundException"},
}


def test_there_is_one_call() -> None:
    assert operations_called("secretsmanager", "secretsmanager") == {"GetSecretValue"}


@pytest.mark.parametrize("act", ACTS)
def test_every_documented_error_is_the_right_one_of_ours(act: str) -> None:
    errors = json_errors("secretsmanager", "GetSecretValue")
    expected = {code: None if code in FOUND[act] else Unavailable for code in errors}
    assert outcomes("secretsmanager", "GetSecretValue", ACTS[act], errors) == expected
