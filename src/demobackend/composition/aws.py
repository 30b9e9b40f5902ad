"""What one process holds towards AWS: the settings, a session, and clients that are made when they are first asked for."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from demobackend.composition.settings import SettingsRefused

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


class Aws:
    """Two threads that ask for a client first at once may both make one; the last is kept."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings.aws

    @cached_property
    def _session(self) -> Session:
        """It holds the credentials and the services' models. Of botocore: boto3's adds what we do not use, and a tenth to a start."""
        from botocore.session import get_session

        session = get_session()
        # botocore itself heeds only AWS_DEFAULT_REGION and its files; AWS_REGION is what every other tool of Amazon's heeds.
        region = self.settings.region or os.environ.get("AWS_REGION")
        if region:
            session.set_config_variable("region", region)
        return session

    def _client(self, service: str, **config: Any) -> object:
        from demobackend.adapters.botocore_clients import client_config

        return self._session.create_client(service, region_name=self.region, config=client_config(**config))

    @property
    def region(self) -> str:
        """Where clients go. Raises `SettingsRefused` when neither the settings nor Amazon's own say, as do all that need it."""
        region = cast("str | None", self._session.get_config_variable("region"))
        if not region:
            raise SettingsRefused("No region is set: set AWS_REGION, or aws.region.")
        return region

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """Amazon DynamoDB."""
        return cast("DynamoDBClient", self._client("dynamodb"))

    @cached_property
    def table(self) -> Table:
        """The one table."""
        from demobackend.adapters.dynamodb.table import Table

        return Table(self.dynamodb, self.settings.table)

    @cached_property
    def s3(self) -> S3Client:
        """Amazon S3. Virtual addressing names the region's own host in URLs, which browsers need: elsewhere S3 redirects."""
        return cast("S3Client", self._client("s3", signature="s3v4", s3_addressing="virtual"))

    @cached_property
    def cognito(self) -> CognitoIdentityProviderClient:
        """Amazon Cognito."""
        return cast("CognitoIdentityProviderClient", self._client("cognito-idp"))

    @cached_property
    def pool(self) -> CognitoPool:
        """The user pool and our client in it, with the client's secret."""
        from demobackend.adapters.secretsmanager.secrets import secret_text

        name = self.settings.client_secret_id
        return self._pool(secret_text(self.secrets_manager, name) if name else None)

    @cached_property
    def public_pool(self) -> CognitoPool:
        """The same without the secret, which verifying tokens does not need."""
        return self._pool(None)

    def _pool(self, secret: str | None) -> CognitoPool:
        from demobackend.adapters.cognito.pool import CognitoPool

        chosen = self.settings
        return CognitoPool(
            user_pool_id=chosen.user_pool_id,
            client_id=chosen.client_id,
            client_secret=secret,
            issuer=chosen.issuer or f"https://cognito-idp.{self.region}.amazonaws.com/{chosen.user_pool_id}",
        )

    @cached_property
    def secrets_manager(self) -> SecretsManagerClient:
        """AWS Secrets Manager."""
        return cast("SecretsManagerClient", self._client("secretsmanager"))

    @cached_property
    def ses(self) -> SESV2Client:
        """Amazon SES. Tried once: a mail whose answer was lost would be sent twice."""
        return cast("SESV2Client", self._client("sesv2", attempts=1))

    @cached_property
    def opensearch(self) -> OpenSearch:
        """Amazon OpenSearch Service, or any OpenSearch."""
        from demobackend.adapters.opensearch.client import opensearch_client

        return opensearch_client(self.settings.search_url, region=self.region)

    def caller(self) -> str:
        """Who AWS takes us for, as an ARN. Raises `Unavailable`."""
        from demobackend.adapters.botocore_clients import caller_arn

        return caller_arn(cast("STSClient", self._client("sts")))
