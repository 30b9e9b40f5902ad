"""What `doctor` asks of an AWS account: one checkup per service, each finding with its remedy."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from demobackend.composition import factories_aws as make
from demobackend.composition.settings import Settings
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
    session = make.session(settings)
    if not make.region(session):
        yield Checkup("region", ("No region is set: set AWS_REGION, or aws.region.",))
        return
    credentials = _looked_at("credentials", lambda: _no_findings(make.identity_of_caller(session)))
    yield credentials
    if credentials.findings:
        return  # every other answer would be the same refusal
    for technology, look in _looks(settings).items():
        if technology in used:
            yield _looked_at(technology, look)


def _looks(settings: Settings) -> dict[str, Callable[[], list[str]]]:
    from demobackend.adapters.cognito import checkup as cognito
    from demobackend.adapters.dynamodb import checkup as dynamodb
    from demobackend.adapters.opensearch import checkup as opensearch
    from demobackend.adapters.s3 import checkup as s3
    from demobackend.adapters.secretsmanager import checkup as secretsmanager
    from demobackend.adapters.ses import checkup as ses

    aws, session = settings.aws, make.session(settings)
    return {
        "dynamodb": lambda: dynamodb.findings(make.dynamodb_client(session), aws.table),
        "s3": lambda: s3.findings(make.s3_client(session), aws.bucket, kms_key=aws.kms_key, origins=settings.cors_origins),
        "cognito": lambda: cognito.findings(make.cognito_client(session), make.public_pool(settings, session)),
        "secretsmanager": lambda: secretsmanager.findings(
            make.secrets_client(session), prefix=aws.secrets_prefix, client_secret_id=aws.client_secret_id
        ),
        "ses": lambda: ses.findings(make.ses_client(session), sender=aws.mail_from, configuration_set=aws.mail_configuration_set),
        "opensearch": lambda: opensearch.findings(make.search_client(settings), aws.search_alias),
    }


def _no_findings(_answer: object) -> list[str]:
    return []


def _looked_at(name: str, look: Callable[[], list[str]]) -> Checkup:
    try:
        return Checkup(name, tuple(look()))
    except DomainError as error:
        return Checkup(name, (_UNREACHABLE.format(error.code),))
