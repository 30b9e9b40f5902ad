"""The profile aws on real servers and emulators, without a deployment: handlers are called as functions, behind the gateway's rules."""

import base64
import importlib.util
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import pytest
from tests.contract.cognito.pools import create_pool, keys_url
from tests.entrypoints.lambda_.conftest import Context
from tests.integration.recorder import Recorder
from tests.servers.dynamodb_local import DynamoDbServer
from tests.servers.ministack import Ministack
from tests.servers.opensearch import OpenSearchServer
from tests.servers.versitygw import S3Server

from demobackend.adapters.dynamodb.schema import create_table
from demobackend.api.operation import AreaName
from demobackend.composition.settings import load_settings
from demobackend.ports.secrets import Purpose
from demobackend.testing.deployed_api import Authorizer, DeployedApi, Invoke, in_process

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_dynamodbstreams import DynamoDBStreamsClient
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sesv2 import SESV2Client

_SECRETS = "cloud/"
_CLIENT_SECRET = "cloud/client"
_MOST_READS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """What stands behind the profile."""

    s3: S3Server
    dynamodb: DynamoDbServer
    opensearch: OpenSearchServer
    ministack: Ministack


@dataclass(kw_only=True)
class Cloud:
    """Functions as they are deployed, each a fresh process at first, and what they call."""

    servers: Servers
    table: str
    bucket: str
    alias: str
    recorder: Recorder
    _functions: dict[str, Invoke] = field(default_factory=dict)
    _iterator: str = ""

    def __post_init__(self) -> None:
        areas = {area: self._later(area.value) for area in AreaName}
        authorizer = Authorizer(function=self._later("authorizer"), now=lambda: datetime.now(UTC))
        self.api = DeployedApi(areas, authorizer)

    def invoke(self, function: str, event: Mapping[str, object]) -> Any:
        """Its answer. Raises `FunctionError`."""
        if function not in self._functions:
            self._functions[function] = in_process(_loaded(function).handler, Context(function_name=function))
        with self.recorder.of(function):
            return self._functions[function](event)

    def restart(self, function: str) -> None:
        """Its next invocation is a new process's first."""
        self._functions.pop(function, None)

    @property
    def objects(self) -> Path:
        """Where versitygw keeps the bucket's objects: a file's time of change is the object's."""
        return self.servers.s3.process.log.parent / "data/objects" / self.bucket

    def store(self, key: str, content: bytes, *, at: datetime) -> None:
        """Put an object as if at that time. Nobody is told."""
        self.servers.s3.client("s3").put_object(Bucket=self.bucket, Key=key, Body=content)
        os.utime(self.objects / key, (at.timestamp(), at.timestamp()))

    def bytes_arrived(self, key: str) -> Any:
        """What file_events answers when S3 says that an object was stored."""
        body = {"source": "aws.s3", "detail-type": "Object Created", "detail": {"bucket": {"name": self.bucket}, "object": {"key": key}}}
        record = {"messageId": uuid4().hex, "body": json.dumps(body), "eventSource": "aws:sqs", "attributes": {}, "messageAttributes": {}}
        return self.invoke("file_events", {"Records": [record]})

    def pass_on_changes(self) -> list[Any]:
        """What change_events answers to each batch of what the table's stream holds since the last time."""
        return [self.invoke("change_events", {"Records": batch}) for batch in self.changes()]

    def changes(self) -> Iterator[list[dict[str, object]]]:
        """What the table's stream holds since the last time, in batches."""
        streams: DynamoDBStreamsClient = self.servers.dynamodb.client("dynamodbstreams")
        arn = self.servers.dynamodb.client("dynamodb").describe_table(TableName=self.table)["Table"]["LatestStreamArn"]
        if not self._iterator:
            (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
            found = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
            self._iterator = found["ShardIterator"]
        for _ in range(_MOST_READS):
            answer = streams.get_records(ShardIterator=self._iterator, Limit=100)
            self._iterator = answer["NextShardIterator"]
            if not answer["Records"]:
                return
            yield [_as_lambda_has_it(cast("dict[str, Any]", record), arn) for record in answer["Records"]]
        raise AssertionError("The stream does not end.")

    def _later(self, function: str) -> Invoke:
        return lambda event: self.invoke(function, event)


def _as_lambda_has_it(record: dict[str, Any], arn: str) -> dict[str, object]:
    """A record in JSON, as the event source mapping hands it over: times in seconds, bytes in base64."""

    def plain(value: object) -> object:
        if isinstance(value, datetime):
            return int(value.timestamp())
        assert isinstance(value, bytes)
        return base64.b64encode(value).decode()

    told: dict[str, object] = json.loads(json.dumps(record, default=plain))
    return {**told, "eventSourceARN": arn}


def _loaded(function: str) -> ModuleType:
    """The function's module, run anew: no other handler shares what it builds."""
    found = importlib.util.find_spec(f"demobackend_lambda.{function}")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@contextmanager
def running_cloud(servers: Servers) -> Iterator[Cloud]:
    """The profile on these servers, its search index prepared; the environment is put back at the end."""
    name = f"cloud-{uuid4().hex}"
    with pytest.MonkeyPatch.context() as patch:
        _set(patch, _aws_environment(servers))
        _set(patch, _settings(servers, name))
        load_settings()  # says at once which of them is wrong
        create_table(servers.dynamodb.client("dynamodb"), name)
        cloud = Cloud(servers=servers, table=name, bucket=_bucket_of(patch, servers), alias=name, recorder=Recorder(name))
        with cloud.recorder.listening():
            cloud.invoke("prepare", {})
            yield cloud


def _set(patch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        patch.setenv(name, value)


def _aws_environment(servers: Servers) -> dict[str, str]:
    """Amazon's own variables."""
    emulated = dict.fromkeys(("COGNITO_IDENTITY_PROVIDER", "SESV2", "SECRETS_MANAGER"), servers.ministack.endpoint)
    endpoints = {**emulated, "S3": servers.s3.endpoint, "DYNAMODB": servers.dynamodb.endpoint}
    return {
        **{f"AWS_ENDPOINT_URL_{service}": endpoint for service, endpoint in endpoints.items()},
        "AWS_ACCESS_KEY_ID": servers.ministack.access_key,
        "AWS_SECRET_ACCESS_KEY": servers.ministack.secret_key,
        "AWS_DEFAULT_REGION": servers.ministack.region,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _bucket_of(patch: pytest.MonkeyPatch, servers: Servers) -> str:
    bucket = servers.s3.new_bucket()
    patch.setenv("DEMOBACKEND_AWS__BUCKET", bucket)
    return bucket


def _settings(servers: Servers, name: str) -> dict[str, str]:
    """Ours, and what they name made on the emulator."""
    identities: CognitoIdentityProviderClient = servers.ministack.client("cognito-idp")
    secrets: SecretsManagerClient = servers.ministack.client("secretsmanager")
    mail: SESV2Client = servers.ministack.client("sesv2")
    pool = create_pool(identities, name)
    sender = f"{name}@demobackend.test"
    mail.create_email_identity(EmailIdentity=sender)
    mail.create_configuration_set(ConfigurationSetName=name)
    for purpose in (Purpose.CURSOR, Purpose.REFRESH_TOKEN):
        secrets.create_secret(Name=f"{_SECRETS}{name}/{purpose}", SecretString=uuid4().hex)
    secrets.create_secret(Name=f"{_CLIENT_SECRET}/{name}", SecretString=pool.client_secret or "")
    chosen = {
        "REGION": servers.ministack.region,
        "TABLE": name,
        "USER_POOL_ID": pool.user_pool_id,
        "CLIENT_ID": pool.client_id,
        "CLIENT_SECRET_ID": f"{_CLIENT_SECRET}/{name}",
        "KEYS_URL": keys_url(servers.ministack, pool),
        "SEARCH_URL": servers.opensearch.url,
        "SEARCH_ALIAS": name,
        "MAIL_FROM": sender,
        "MAIL_CONFIGURATION_SET": name,
        "SECRETS_PREFIX": f"{_SECRETS}{name}/",
    }
    return {
        "DEMOBACKEND_PROFILE": "aws",
        "DEMOBACKEND_LOG_LEVEL": "ERROR",
        **{f"DEMOBACKEND_AWS__{setting}": value for setting, value in chosen.items()},
    }
