"""The keys that things are encrypted with: one for what people entrust to us, one for what running it leaves behind."""

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

_USE = ("kms:Decrypt", "kms:GenerateDataKey")
_USE_BY_LOGS = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")


class Keys(Construct):
    """Both turn over once a year. Two, so that who may read logs and dead letters may not read files."""

    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        self.data = self._key("Data", "Files, rows, secrets and the search index of DemoBackend")
        self.operations = self._key("Operations", "Logs, queues and alarms of DemoBackend")
        stack = Stack.of(self)
        logs = stack.format_arn(service="logs", resource="log-group", resource_name="*", arn_format=ArnFormat.COLON_RESOURCE_NAME)
        self._allow(_USE_BY_LOGS, f"logs.{stack.region}.amazonaws.com", {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": logs}})
        for service in ("cloudwatch", "events"):  # alarms to the topic, arrivals to their queue
            self._allow(_USE, f"{service}.amazonaws.com", {"StringEquals": {"aws:SourceAccount": stack.account}})

    def _key(self, name: str, description: str) -> kms.Key:
        return kms.Key(
            self,
            name,
            description=description,
            enable_key_rotation=True,
            pending_window=Duration.days(30),
            removal_policy=RemovalPolicy.RETAIN,
        )

    def _allow(self, actions: tuple[str, ...], service: str, conditions: dict[str, object]) -> None:
        statement = iam.PolicyStatement(
            actions=list(actions), principals=[iam.ServicePrincipal(service)], resources=["*"], conditions=conditions
        )
        self.operations.add_to_resource_policy(statement)
