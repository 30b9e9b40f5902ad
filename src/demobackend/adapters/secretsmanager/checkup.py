"""What may be off with our secrets, and how to mend it."""

from typing import TYPE_CHECKING

from demobackend.adapters.botocore_errors import Meanings, in_domain_words
from demobackend.adapters.secretsmanager.secrets import MIN_CHARACTERS
from demobackend.domain.model.errors import Conflict, Forbidden, NotFound, Unavailable
from demobackend.ports.secrets import Purpose

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

NEEDED = (Purpose.CURSOR, Purpose.REFRESH_TOKEN)
"""What keys sign on AWS; blob requests are signed with the caller's credentials there."""
_MEANINGS: Meanings = {
    "AccessDeniedException": Forbidden,
    "InvalidRequestException": Conflict,
    "ResourceNotFoundException": NotFound,
}


def findings(client: "SecretsManagerClient", *, prefix: str, client_secret_id: str | None = None) -> list[str]:
    """One sentence for each secret that is missing or unfit, with its remedy; none when all is well.

    Needs `secretsmanager:GetSecretValue` and, where they are encrypted with a key of ours, `kms:Decrypt`. Raises `Unavailable`.
    """
    keys = [finding for purpose in NEEDED for finding in _finding(client, f"{prefix}{purpose}", MIN_CHARACTERS)]
    return keys if client_secret_id is None else [*keys, *_finding(client, client_secret_id, 1)]


def _finding(client: "SecretsManagerClient", name: str, min_characters: int) -> list[str]:
    try:
        with in_domain_words(_MEANINGS):
            answer = client.get_secret_value(SecretId=name)
    except NotFound:
        return [f"There is no secret {name}: deploy the stack, or correct the setting that names it."]
    except Conflict:
        return [f"The secret {name} is marked for deletion: restore it."]
    except Forbidden:
        return [f"secretsmanager:GetSecretValue on {name} is missing: allow it, with kms:Decrypt for its key."]
    if "Name" not in answer:  # cut off: it says nothing about the secret
        raise Unavailable
    if len(answer.get("SecretString", "")) < min_characters:
        return [f"The secret {name} holds a text of fewer than {min_characters} characters, or none: rotate it to a longer one."]
    return []
