"""The one table, made from the definition that the adapter itself keeps."""

from typing import Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from demobackend.adapters.dynamodb.schema import TIME_TO_LIVE, table_definition

_RESTORABLE_DAYS = 35


class Table(Construct):
    """Keys, indexes and stream are the adapter's; protection, encryption and backups are the deployment's.

    Only a table of the basic kind keeps them as CreateTable takes them, hence no higher construct.
    """

    def __init__(self, scope: Construct, name: str, *, key: kms.IKey) -> None:
        super().__init__(scope, name)
        definition = table_definition("")
        self.resource = dynamodb.CfnTable(
            self,
            "Table",
            billing_mode=definition["BillingMode"],
            attribute_definitions=_camel(definition["AttributeDefinitions"]),
            key_schema=_camel(definition["KeySchema"]),
            local_secondary_indexes=_camel(definition["LocalSecondaryIndexes"]),
            global_secondary_indexes=_camel(definition["GlobalSecondaryIndexes"]),
            stream_specification=dynamodb.CfnTable.StreamSpecificationProperty(
                stream_view_type=definition["StreamSpecification"]["StreamViewType"]
            ),
            time_to_live_specification=_camel(TIME_TO_LIVE),
            point_in_time_recovery_specification=dynamodb.CfnTable.PointInTimeRecoverySpecificationProperty(
                point_in_time_recovery_enabled=True, recovery_period_in_days=_RESTORABLE_DAYS
            ),
            sse_specification=dynamodb.CfnTable.SSESpecificationProperty(sse_enabled=True, sse_type="KMS", kms_master_key_id=key.key_arn),
            deletion_protection_enabled=True,
        )
        self.resource.apply_removal_policy(RemovalPolicy.RETAIN)

    @property
    def arn(self) -> str:
        """The table's ARN."""
        return self.resource.attr_arn

    @property
    def stream_arn(self) -> str:
        """Its stream's ARN."""
        return self.resource.attr_stream_arn


def _camel(value: Any) -> Any:  # any JSON, in and out
    """The same value with names as the CDK spells them: `KeyType` is `keyType`."""
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: _camel(part) for name, part in value.items()}
    return [_camel(part) for part in value] if isinstance(value, list) else value
