"""What somebody should be told of. docs/operations.md says of each alarm what it means and what to do."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

_PERIOD = Duration.minutes(5)
_LATE_MILLISECONDS = 10 * 60 * 1000


class Alarms(Construct):
    """One topic for all alarms. No data is no alarm: nothing happened."""

    def __init__(self, scope: Construct, name: str, *, key: kms.IKey, email: str | None) -> None:
        super().__init__(scope, name)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LetAlarmsPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.topic.stack.account}},
            )
        )
        if email is not None:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))

    def watch_queues(self, queues: Mapping[str, sqs.Queue]) -> None:
        """A dead letter is there."""
        for name, queue in queues.items():
            metric = queue.metric_approximate_number_of_messages_visible(period=_PERIOD, statistic="Maximum")
            self._alarm(name, metric, above=0, description=f"{name}: an event could not be handled and waits here.")

    def watch_api(self, api: apigateway.RestApi) -> None:
        """The API answers 5xx."""
        metric = api.metric_server_error(period=_PERIOD, statistic="Sum")
        self._alarm("ApiFailures", metric, above=4, description="The API answered 5xx five times within five minutes.")

    def watch_functions(self, functions: Mapping[str, lambda_.Function]) -> None:
        """A function raises, or was not started because too many were running."""
        for name, function in functions.items():
            failed = _failures(function) if name == "authorizer" else function.metric_errors(period=_PERIOD, statistic="Sum")
            self._alarm(f"Errors-{name}", failed, above=0, description=f"The function {name} raised, or took too long.")
            throttled = function.metric_throttles(period=_PERIOD, statistic="Sum")
            self._alarm(f"Throttles-{name}", throttled, above=0, description=f"The function {name} was not started: too many were running.")

    def watch_stream(self, function: lambda_.Function) -> None:
        """The search index falls behind the table."""
        metric = function.metric("IteratorAge", period=_PERIOD, statistic="Maximum")
        self._alarm("StreamLag", metric, above=_LATE_MILLISECONDS, description="Changes wait longer than ten minutes to be indexed.")

    def watch_table(self, table: str) -> None:
        """The table refuses calls for being too many."""
        for kind in ("Read", "Write"):
            metric = cloudwatch.Metric(
                namespace="AWS/DynamoDB",
                metric_name=f"{kind}ThrottleEvents",
                dimensions_map={"TableName": table},
                period=_PERIOD,
                statistic="Sum",
            )
            description = f"The table turned ten {kind.lower()}s away within five minutes."
            self._alarm(f"Table{kind}Throttles", metric, above=9, description=description)

    def _alarm(self, name: str, metric: cloudwatch.IMetric, *, above: float, description: str) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=description,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))


def _failures(function: lambda_.Function) -> cloudwatch.Metric:
    """What the function itself counts as failures: the authorizer refuses a token by an error, which Lambda counts as one."""
    return cloudwatch.Metric(
        namespace="DemoBackend",
        metric_name="Failures",
        dimensions_map={"function": function.function_name},
        period=_PERIOD,
        statistic="Sum",
    )
