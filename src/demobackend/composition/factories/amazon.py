"""One typed function per adapter to an Amazon service; each imports its technology only when it is called.

Those that not every request needs are `late`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from demobackend.composition.late import late

if TYPE_CHECKING:
    from demobackend.composition.aws import Aws
    from demobackend.domain.use_cases.users.failures import Failures
    from demobackend.domain.use_cases.users.letters import Letters
    from demobackend.ports.account_store import AccountStore
    from demobackend.ports.audit_trail import AuditTrail
    from demobackend.ports.blob_store import BlobStore
    from demobackend.ports.clock import Clock
    from demobackend.ports.file_catalog import FileCatalog
    from demobackend.ports.idempotency_store import IdempotencyStore
    from demobackend.ports.identity_provider import IdentityProvider
    from demobackend.ports.ids import Ids
    from demobackend.ports.mailer import Mailer
    from demobackend.ports.password_hasher import PasswordHasher
    from demobackend.ports.probe import Probe
    from demobackend.ports.rate_limiter import RateLimiter
    from demobackend.ports.search_index import SearchIndex
    from demobackend.ports.secrets import Secrets
    from demobackend.ports.session_store import SessionStore
    from demobackend.ports.token_issuer import TokenIssuer
    from demobackend.ports.token_verifier import TokenVerifier


@late
def blobs(aws: Aws, clock: Clock) -> BlobStore:
    """Bytes in S3."""
    from demobackend.adapters.s3.blob_store import S3BlobStore

    return S3BlobStore(aws.s3, aws.settings.bucket, clock, kms_key=aws.settings.kms_key)


def catalog(aws: Aws) -> FileCatalog:
    """The catalogue in DynamoDB."""
    from demobackend.adapters.dynamodb.file_catalog import DynamoDbFileCatalog

    return DynamoDbFileCatalog(aws.table)


def accounts(aws: Aws) -> AccountStore:
    """Accounts in DynamoDB."""
    from demobackend.adapters.dynamodb.account_store import DynamoDbAccountStore

    return DynamoDbAccountStore(aws.table)


@late
def sessions(aws: Aws) -> SessionStore:
    """Sessions in DynamoDB."""
    from demobackend.adapters.dynamodb.session_store import DynamoDbSessionStore

    return DynamoDbSessionStore(aws.table)


def trail(aws: Aws) -> AuditTrail:
    """Audit events in DynamoDB."""
    from demobackend.adapters.dynamodb.audit_trail import DynamoDbAuditTrail

    return DynamoDbAuditTrail(aws.table)


@late
def idempotency(aws: Aws) -> IdempotencyStore:
    """Idempotency keys in DynamoDB."""
    from demobackend.adapters.dynamodb.idempotency_store import DynamoDbIdempotencyStore

    return DynamoDbIdempotencyStore(aws.table)


def failure_limiter(aws: Aws) -> RateLimiter:
    """Failed sign-ins in DynamoDB: lockouts hold for every function alike."""
    from demobackend.adapters.dynamodb.rate_limiter import DynamoDbRateLimiter

    return DynamoDbRateLimiter(aws.table)


def index(aws: Aws) -> SearchIndex:
    """The search index in OpenSearch."""
    from demobackend.adapters.opensearch.search_index import OpenSearchIndex

    return OpenSearchIndex(aws.opensearch, alias=aws.settings.search_alias)


@late
def secrets(aws: Aws, clock: Clock) -> Secrets:
    """Keys in Secrets Manager."""
    from demobackend.adapters.secretsmanager.secrets import SecretsManagerSecrets

    return SecretsManagerSecrets(aws.secrets_manager, prefix=aws.settings.secrets_prefix, clock=clock)


@late
def mailer(aws: Aws, intents: IdempotencyStore, clock: Clock) -> Mailer:
    """Mail through SES."""
    from demobackend.adapters.ses.mailer import SesMailer

    chosen = aws.settings
    return SesMailer(aws.ses, intents, clock, sender=chosen.mail_from, configuration_set=chosen.mail_configuration_set)


@late
def identity(
    aws: Aws, *, accounts: AccountStore, hasher: PasswordHasher, letters: Letters, failures: Failures, ids: Ids, clock: Clock
) -> IdentityProvider:
    """Credentials in a user pool."""
    from demobackend.adapters.cognito.identity_provider import CognitoIdentity

    return CognitoIdentity(
        aws.cognito, aws.pool, accounts=accounts, hasher=hasher, letters=letters, failures=failures, ids=ids, clock=clock
    )


@late
def issuer(aws: Aws) -> TokenIssuer:
    """Access tokens renewed by the user pool."""
    from demobackend.adapters.cognito.token_issuer import CognitoTokenIssuer

    return CognitoTokenIssuer(aws.cognito, aws.pool)


@late
def verifier(aws: Aws, clock: Clock) -> TokenVerifier:
    """Believes the user pool's access tokens."""
    from demobackend.adapters.cognito.token_verifier import CognitoTokenVerifier

    return CognitoTokenVerifier(aws.public_pool, clock=clock, keys_url=aws.settings.keys_url)


def table_probe(aws: Aws) -> Probe:
    """Asks the table."""
    from demobackend.adapters.dynamodb.probe import DynamoDbProbe

    return DynamoDbProbe(aws.table)


def bucket_probe(aws: Aws) -> Probe:
    """Asks the bucket."""
    from demobackend.adapters.s3.probe import S3Probe

    return S3Probe(aws.s3, aws.settings.bucket)


def index_probe(aws: Aws) -> Probe:
    """Asks the index."""
    from demobackend.adapters.opensearch.probe import OpenSearchProbe

    return OpenSearchProbe(aws.opensearch, aws.settings.search_alias)


def prepare_index(aws: Aws) -> None:
    """Create the index behind its alias when it is missing. Raises `Unavailable`."""
    from demobackend.adapters.opensearch.prepare import prepare

    prepare(aws.opensearch, aws.settings.search_alias)
