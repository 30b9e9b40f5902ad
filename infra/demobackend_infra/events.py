"""What happens without a request: bytes arrive, rows change, time passes. Each has its function, and its dead letters."""

import json

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from demobackend_infra.plain import plain
from demobackend_infra.queues import Queues

_SCHEDULES = {
    "Schedule": ("rate(10 minutes)", "Ends what was begun and not ended", '{"check_blobs": false}'),
    "Check": ("rate(1 day)", "The same, and holds every blob against the catalogue", '{"check_blobs": true}'),
}
FILE_ROWS = {"dynamodb": {"Keys": {"PK": {"S": [{"prefix": "U#"}]}, "SK": {"S": [{"prefix": "F#"}]}}}}
"""The only rows whose changes the function would look at; the rest costs nothing then."""


class Arrivals(Construct):
    """S3 tells EventBridge, which puts it into the queue, which holds it back and hands it to the function."""

    def __init__(self, scope: Construct, name: str, *, bucket: s3.IBucket, queues: Queues, function: lambda_.Function) -> None:
        super().__init__(scope, name)
        rule = events.CfnRule(
            self,
            "Rule",
            description="Bytes arrived in the bucket",
            event_pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": [bucket.bucket_name]}},
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id="Arrivals",
                    arn=queues.arrivals.queue_arn,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=queues.dead_arrivals.queue_arn),
                    retry_policy=events.CfnRule.RetryPolicyProperty(maximum_event_age_in_seconds=86_400, maximum_retry_attempts=185),
                )
            ],
        )
        for queue in (queues.arrivals, queues.dead_arrivals):
            _let_rule_send(rule, queue)
        lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=function,
            event_source_arn=queues.arrivals.queue_arn,
            batch_size=10,
            report_batch_item_failures=True,
        )


class Changes(Construct):
    """The table's stream, which is the change feed."""

    def __init__(self, scope: Construct, name: str, *, stream_arn: str, dead: sqs.Queue, function: lambda_.Function) -> None:
        super().__init__(scope, name)
        mapping = lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=function,
            event_source_arn=stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=10,
            parallelization_factor=4,
            bisect_batch_on_error=True,
            retry_attempts=10,
            max_record_age=Duration.hours(6),
            report_batch_item_failures=True,
            filters=[{"pattern": json.dumps(FILE_ROWS, separators=(",", ":"))}],
        )
        # The construct's own way would give the role permissions of its choice.
        plain(mapping, lambda_.CfnEventSourceMapping).destination_config = lambda_.CfnEventSourceMapping.DestinationConfigProperty(
            on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=dead.queue_arn)
        )


class Sweeps(Construct):
    """The sweeps by the clock. What cannot be started, and what fails three times, is a dead letter."""

    def __init__(self, scope: Construct, name: str, *, dead: sqs.Queue, key: kms.IKey, function: lambda_.Function) -> None:
        super().__init__(scope, name)
        role = self._role(dead, key, function)
        for schedule, (rate, description, event) in _SCHEDULES.items():
            scheduler.CfnSchedule(
                self,
                schedule,
                description=description,
                schedule_expression=rate,
                flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
                target=scheduler.CfnSchedule.TargetProperty(
                    arn=function.function_arn,
                    input=event,
                    role_arn=role.role_arn,
                    dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=dead.queue_arn),
                    retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(maximum_event_age_in_seconds=600, maximum_retry_attempts=3),
                ),
            )
        lambda_.CfnEventInvokeConfig(
            self,
            "Failures",
            function_name=function.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=2,
            maximum_event_age_in_seconds=3_600,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=dead.queue_arn)
            ),
        )

    def _role(self, dead: sqs.Queue, key: kms.IKey, function: lambda_.Function) -> iam.Role:
        stack = Stack.of(self)
        through_sqs = {"StringEquals": {"kms:ViaService": f"sqs.{stack.region}.amazonaws.com"}}
        statements = [
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function.function_arn]),
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead.queue_arn]),
            iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn], conditions=through_sqs),
        ]
        only_ours = {"StringEquals": {"aws:SourceAccount": stack.account}}
        return iam.Role(
            self,
            "Role",
            description="What the schedule may do",
            assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com", conditions=only_ours),
            inline_policies={"Permissions": iam.PolicyDocument(statements=statements)},
        )


def _let_rule_send(rule: events.CfnRule, queue: sqs.Queue) -> None:
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            sid="LetTheRuleSend",
            principals=[iam.ServicePrincipal("events.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions={"ArnEquals": {"aws:SourceArn": rule.attr_arn}},
        )
    )
