"""One typed function per adapter to an Amazon service; each imports its technology only when it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from botocore.session import Session
    from opensearchpy import OpenSearch
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sts import STSClient

    from demobackend.adapters.cognito.pool import CognitoPool
    from demobackend.adapters.dynamodb.table import Table
    from demobackend.composition.settings import Settings
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


def session(settings: Settings) -> Session:
    """What clients are made from: it holds the credentials and the services' models.

    Of botocore, since boto3's adds what we do not use, and a tenth to a function's start.
    """
    from botocore.session import get_session

    session = get_session()
    if settings.aws.region is not None:
        session.set_config_variable("region", settings.aws.region)
    return session


def region(session: Session) -> str | None:
    """Where clients go; None when neither the settings nor Amazon's own say."""
    return cast("str | None", session.get_config_variable("region"))


def dynamodb_client(session: Session) -> DynamoDBClient:
    """Amazon DynamoDB."""
    from demobackend.adapters.botocore_clients import client_config

    return cast("DynamoDBClient", session.create_client("dynamodb", config=client_config()))


def s3_client(session: Session) -> S3Client:
    """Amazon S3. Virtual addressing names the region's own host in URLs, which browsers need: elsewhere S3 redirects."""
    from demobackend.adapters.botocore_clients import client_config

    return cast("S3Client", session.create_client("s3", config=client_config(signature="s3v4", s3_addressing="virtual")))


def cognito_client(session: Session) -> CognitoIdentityProviderClient:
    """Amazon Cognito."""
    from demobackend.adapters.botocore_clients import client_config

    return cast("CognitoIdentityProviderClient", session.create_client("cognito-idp", config=client_config()))


def ses_client(session: Session) -> SESV2Client:
    """Amazon SES. Tried once: a mail whose answer was lost would be sent twice."""
    from demobackend.adapters.botocore_clients import client_config

    return cast("SESV2Client", session.create_client("sesv2", config=client_config(attempts=1)))


def secrets_client(session: Session) -> SecretsManagerClient:
    """AWS Secrets Manager."""
    from demobackend.adapters.botocore_clients import client_config

    return cast("SecretsManagerClient", session.create_client("secretsmanager", config=client_config()))


def identity_of_caller(session: Session) -> str:
    """Who AWS takes us for, as an ARN. Raises `Unavailable`."""
    from demobackend.adapters.botocore_clients import caller_arn, client_config

    return caller_arn(cast("STSClient", session.create_client("sts", config=client_config())))


def search_client(settings: Settings) -> OpenSearch:
    """Amazon OpenSearch Service, or any OpenSearch."""
    from demobackend.adapters.opensearch.client import opensearch_client

    return opensearch_client(settings.aws.search_url, region=settings.aws.region)


def table(settings: Settings, client: DynamoDBClient) -> Table:
    """The one table."""
    from demobackend.adapters.dynamodb.table import Table

    return Table(client, settings.aws.table)


def blobs(settings: Settings, client: S3Client, clock: Clock) -> BlobStore:
    """Bytes in S3."""
    from demobackend.adapters.s3.blob_store import S3BlobStore

    return S3BlobStore(client, settings.aws.bucket, clock, kms_key=settings.aws.kms_key)


def catalog(table: Table) -> FileCatalog:
    """The catalogue in DynamoDB."""
    from demobackend.adapters.dynamodb.file_catalog import DynamoDbFileCatalog

    return DynamoDbFileCatalog(table)


def accounts(table: Table) -> AccountStore:
    """Accounts in DynamoDB."""
    from demobackend.adapters.dynamodb.account_store import DynamoDbAccountStore

    return DynamoDbAccountStore(table)


def sessions(table: Table) -> SessionStore:
    """Sessions in DynamoDB."""
    from demobackend.adapters.dynamodb.session_store import DynamoDbSessionStore

    return DynamoDbSessionStore(table)


def trail(table: Table) -> AuditTrail:
    """Audit events in DynamoDB."""
    from demobackend.adapters.dynamodb.audit_trail import DynamoDbAuditTrail

    return DynamoDbAuditTrail(table)


def idempotency(table: Table) -> IdempotencyStore:
    """Idempotency keys in DynamoDB."""
    from demobackend.adapters.dynamodb.idempotency_store import DynamoDbIdempotencyStore

    return DynamoDbIdempotencyStore(table)


def failure_limiter(table: Table) -> RateLimiter:
    """Failed sign-ins in DynamoDB: lockouts hold for every function alike."""
    from demobackend.adapters.dynamodb.rate_limiter import DynamoDbRateLimiter

    return DynamoDbRateLimiter(table)


def index(settings: Settings, client: OpenSearch) -> SearchIndex:
    """The search index in OpenSearch."""
    from demobackend.adapters.opensearch.search_index import OpenSearchIndex

    return OpenSearchIndex(client, alias=settings.aws.search_alias)


def secrets(settings: Settings, session: Session, clock: Clock) -> Secrets:
    """Keys in Secrets Manager."""
    from demobackend.adapters.secretsmanager.secrets import SecretsManagerSecrets

    return SecretsManagerSecrets(secrets_client(session), prefix=settings.aws.secrets_prefix, clock=clock)


def mailer(settings: Settings, session: Session, intents: IdempotencyStore, clock: Clock) -> Mailer:
    """Mail through SES."""
    from demobackend.adapters.ses.mailer import SesMailer

    chosen = settings.aws
    return SesMailer(ses_client(session), intents, clock, sender=chosen.mail_from, configuration_set=chosen.mail_configuration_set)


def pool(settings: Settings, session: Session) -> CognitoPool:
    """The user pool and our client in it, with the client's secret."""
    from demobackend.adapters.secretsmanager.secrets import secret_text

    name = settings.aws.client_secret_id
    return _pool(settings, session, secret_text(secrets_client(session), name) if name else None)


def public_pool(settings: Settings, session: Session) -> CognitoPool:
    """The same without the secret, which verifying tokens does not need."""
    return _pool(settings, session, None)


def _pool(settings: Settings, session: Session, secret: str | None) -> CognitoPool:
    from demobackend.adapters.cognito.pool import CognitoPool

    chosen = settings.aws
    return CognitoPool(
        user_pool_id=chosen.user_pool_id,
        client_id=chosen.client_id,
        client_secret=secret,
        issuer=chosen.issuer or f"https://cognito-idp.{region(session)}.amazonaws.com/{chosen.user_pool_id}",
    )


def cognito_identity(
    client: CognitoIdentityProviderClient,
    pool: CognitoPool,
    *,
    accounts: AccountStore,
    hasher: PasswordHasher,
    letters: Letters,
    failures: Failures,
    ids: Ids,
    clock: Clock,
) -> IdentityProvider:
    """Credentials in a user pool."""
    from demobackend.adapters.cognito.identity_provider import CognitoIdentity

    return CognitoIdentity(client, pool, accounts=accounts, hasher=hasher, letters=letters, failures=failures, ids=ids, clock=clock)


def cognito_issuer(client: CognitoIdentityProviderClient, pool: CognitoPool) -> TokenIssuer:
    """Access tokens renewed by the user pool."""
    from demobackend.adapters.cognito.token_issuer import CognitoTokenIssuer

    return CognitoTokenIssuer(client, pool)


def cognito_verifier(settings: Settings, session: Session, clock: Clock) -> TokenVerifier:
    """Believes the user pool's access tokens; that needs no secret."""
    from demobackend.adapters.cognito.token_verifier import CognitoTokenVerifier

    return CognitoTokenVerifier(public_pool(settings, session), clock=clock, keys_url=settings.aws.keys_url)


def dynamodb_probe(table: Table) -> Probe:
    """Asks the table."""
    from demobackend.adapters.dynamodb.probe import DynamoDbProbe

    return DynamoDbProbe(table)


def s3_probe(settings: Settings, client: S3Client) -> Probe:
    """Asks the bucket."""
    from demobackend.adapters.s3.probe import S3Probe

    return S3Probe(client, settings.aws.bucket)


def opensearch_probe(settings: Settings, client: OpenSearch) -> Probe:
    """Asks the index."""
    from demobackend.adapters.opensearch.probe import OpenSearchProbe

    return OpenSearchProbe(client, settings.aws.search_alias)


def prepare_search(settings: Settings, client: OpenSearch) -> None:
    """Create the index behind its alias when it is missing. Raises `Unavailable`."""
    from demobackend.adapters.opensearch.prepare import prepare

    prepare(client, settings.aws.search_alias)
