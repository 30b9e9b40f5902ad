"""What `doctor` asks of an AWS account: one checkup per service, each finding with its remedy."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from demobackend.composition.aws import Aws
from demobackend.composition.settings import Settings, SettingsRefused
from demobackend.domain.model.errors import DomainError

_UNREACHABLE = "It does not answer as it should ({}): check the credentials, their permissions, the region and the network."


@dataclass(frozen=True, slots=True)
class Checkup:
    """One service looked at, and each thing that is off with how to mend it; none when all is well."""

    name: str
    findings: tuple[str, ...]


def aws_checkups(settings: Settings) -> Iterator[Checkup]:
    """Look at the credentials first, then at each service that the settings use. Raises `SettingsRefused`, nothing else."""
    used = set(settings.kinds.values())
    aws = Aws(settings)
    try:
        _ = aws.region
    except SettingsRefused as refused:
        yield Checkup("region", (str(refused),))
        return
    credentials = _looked_at("credentials", lambda: _no_findings(aws.caller()))
    yield credentials
    if credentials.findings:
        return  # every other answer would be the same refusal
    for technology, look in _looks(aws, settings.cors_origins).items():
        if technology in used:
            yield _looked_at(technology, look)


def _looks(aws: Aws, origins: Sequence[str]) -> dict[str, Callable[[], list[str]]]:
    from demobackend.adapters.cognito import checkup as cognito
    from demobackend.adapters.dynamodb import checkup as dynamodb
    from demobackend.adapters.opensearch import checkup as opensearch
    from demobackend.adapters.s3 import checkup as s3
    from demobackend.adapters.secretsmanager import checkup as secretsmanager
    from demobackend.adapters.ses import checkup as ses

    chosen = aws.settings
    return {
        "dynamodb": lambda: dynamodb.findings(aws.dynamodb, chosen.table),
        "s3": lambda: s3.findings(aws.s3, chosen.bucket, kms_key=chosen.kms_key, origins=origins),
        "cognito": lambda: cognito.findings(aws.cognito, aws.public_pool),
        "secretsmanager": lambda: secretsmanager.findings(
            aws.secrets_manager, prefix=chosen.secrets_prefix, client_secret_id=chosen.client_secret_id
        ),
        "ses": lambda: ses.findings(aws.ses, sender=chosen.mail_from, configuration_set=chosen.mail_configuration_set),
        "opensearch": lambda: opensearch.findings(aws.opensearch, chosen.search_alias),
    }


def _no_findings(_answer: object) -> list[str]:
    return []


def _looked_at(name: str, look: Callable[[], list[str]]) -> Checkup:
    try:
        return Checkup(name, tuple(look()))
    except DomainError as error:
        return Checkup(name, (_UNREACHABLE.format(error.code),))
