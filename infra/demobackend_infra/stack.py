"""Everything that DemoBackend needs on AWS, in one stack."""

import json

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from demobackend.adapters.opensearch.index_schema import index_name
from demobackend_infra.alarms import Alarms
from demobackend_infra.api import Api
from demobackend_infra.choices import Choices
from demobackend_infra.events import Arrivals, Changes, Sweeps
from demobackend_infra.firewall import Firewall
from demobackend_infra.functions import Functions
from demobackend_infra.identity import Identity
from demobackend_infra.keys import Keys
from demobackend_infra.permissions import Resource
from demobackend_infra.policies import Arns
from demobackend_infra.queues import Queues
from demobackend_infra.search import ALIAS, Search
from demobackend_infra.secrets import Secrets
from demobackend_infra.storage import Storage
from demobackend_infra.table import Table


class DemoBackend(Stack):
    """What holds facts stays when the stack goes: table, bucket, user pool, keys, logs."""

    def __init__(self, scope: Construct, name: str, *, choices: Choices) -> None:
        super().__init__(scope, name, description="DemoBackend: files, users and search", termination_protection=True)
        self.choices = choices
        self.keys = Keys(self, "Keys")
        self.table = Table(self, "Table", key=self.keys.data)
        self.storage = Storage(self, "Storage", key=self.keys.data, origins=choices.cors_origins)
        self.identity = Identity(self, "Identity", choices=choices)
        self.secrets = Secrets(
            self,
            "Secrets",
            key=self.keys.data,
            prefix=f"demobackend/{choices.stage}/",
            client_secret=self.identity.client_secret,
        )
        self.search = Search(self, "Search", choices=choices, data_key=self.keys.data, operations_key=self.keys.operations)
        self.queues = Queues(self, "Queues", key=self.keys.operations)
        self.functions = Functions(
            self, "Functions", choices=choices, environment=self._environment(), arns=self._arns(), log_key=self.keys.operations
        )
        self._connect()
        self._tell()

    def _connect(self) -> None:
        functions, keys = self.functions.by_name, self.keys
        self.api = Api(self, "Api", choices=self.choices, functions=functions, log_key=keys.operations)
        Firewall(self, "Firewall", choices=self.choices, stage=self.api.rest.deployment_stage)
        Arrivals(self, "Arrivals", bucket=self.storage.bucket, queues=self.queues, function=functions["file_events"])
        Changes(self, "Changes", stream_arn=self.table.stream_arn, dead=self.queues.dead_changes, function=functions["change_events"])
        Sweeps(self, "Sweeps", dead=self.queues.dead_sweeps, key=keys.operations, function=functions["schedule"])
        alarms = Alarms(self, "Alarms", key=keys.operations, email=self.choices.alarm_email)
        alarms.watch_queues(self.queues.dead)
        alarms.watch_api(self.api.rest)
        alarms.watch_functions(functions)
        alarms.watch_stream(functions["change_events"])
        alarms.watch_table(self.table.resource.ref)

    def _environment(self) -> dict[str, str]:
        aws = {
            "REGION": self.region,
            "TABLE": self.table.resource.ref,
            "BUCKET": self.storage.bucket.bucket_name,
            "KMS_KEY": self.keys.data.key_arn,
            "USER_POOL_ID": self.identity.pool.user_pool_id,
            "CLIENT_ID": self.identity.client.user_pool_client_id,
            "CLIENT_SECRET_ID": self.secrets.client_name,
            "ISSUER": self.identity.issuer,
            "SEARCH_URL": self.search.url,
            "SEARCH_ALIAS": ALIAS,
            "MAIL_FROM": self.choices.mail_from,
            "MAIL_CONFIGURATION_SET": self.identity.configuration_set.configuration_set_name,
            "SECRETS_PREFIX": self.secrets.prefix,
        }
        return {
            "DEMOBACKEND_PROFILE": "aws",
            "DEMOBACKEND_LOG_LEVEL": self.choices.log_level,
            "DEMOBACKEND_CORS_ORIGINS": json.dumps(self.choices.cors_origins),
            **{f"DEMOBACKEND_AWS__{name}": value for name, value in aws.items()},
        }

    def _arns(self) -> Arns:
        table, bucket, queues, search = self.table.arn, self.storage.bucket, self.queues, self.search.arn
        mail_set = self.identity.configuration_set.configuration_set_name
        return Arns(
            {
                Resource.TABLE: table,
                Resource.TABLE_BY_NAME: f"{table}/index/by_name",
                Resource.TABLE_DUE: f"{table}/index/due",
                Resource.TABLE_STREAM: self.table.stream_arn,
                Resource.BUCKET: bucket.bucket_arn,
                Resource.OBJECTS: bucket.arn_for_objects("*"),
                Resource.USER_POOL: self.identity.pool.user_pool_arn,
                Resource.CLIENT_SECRET: self.secrets.client.secret_arn,
                Resource.CURSOR_KEYS: self.secrets.cursor.secret_arn,
                Resource.REFRESH_KEYS: self.secrets.refresh_token.secret_arn,
                Resource.SENDER: self.identity.sender_arn,
                Resource.CONFIGURATION_SET: self.format_arn(service="ses", resource="configuration-set", resource_name=mail_set),
                Resource.SEARCH: f"{search}/{ALIAS}/_search",
                Resource.SEARCH_DOCUMENTS: f"{search}/{ALIAS}*/_doc/*",
                Resource.SEARCH_ALIAS: f"{search}/_alias/{ALIAS}",
                Resource.SEARCH_INDEX: f"{search}/{index_name(ALIAS)}",
                Resource.ARRIVALS: queues.arrivals.queue_arn,
                Resource.DEAD_CHANGES: queues.dead_changes.queue_arn,
                Resource.DEAD_SWEEPS: queues.dead_sweeps.queue_arn,
                Resource.DATA_KEY: self.keys.data.key_arn,
                Resource.OPERATIONS_KEY: self.keys.operations.key_arn,
                Resource.NO_RESOURCE: "*",
            }
        )

    def _tell(self) -> None:
        told = {
            "ApiUrl": self._api_url(),
            "Bucket": self.storage.bucket.bucket_name,
            "TableName": self.table.resource.ref,
            "UserPoolId": self.identity.pool.user_pool_id,
            "ClientId": self.identity.client.user_pool_client_id,
            "SearchUrl": self.search.url,
            "PrepareFunction": self.functions.by_name["prepare"].function_name,
        }
        for name, value in told.items():
            CfnOutput(self, name, value=value)

    def _api_url(self) -> str:
        name = self.choices.domain_name
        return self.api.rest.url.rstrip("/") if name is None else f"https://{name}"
