"""IAM statements from the list of permissions."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from demobackend_infra.permissions import PERMISSIONS, Grant, Resource


@dataclass(frozen=True, slots=True)
class Arns:
    """Each resource's ARN, but for a function's own log group."""

    by_resource: Mapping[Resource, str]

    def of(self, resource: Resource, log: logs.ILogGroup) -> str:
        """The ARN of a resource, for the function that logs to `log`."""
        return log.log_group_arn if resource is Resource.OWN_LOG else self.by_resource[resource]  # it ends with `:*`, its streams


def role_of(scope: Construct, function: str, *, arns: Arns, log: logs.ILogGroup) -> iam.Role:
    """The role of one function, whole from the start: what is set up with it later may add nothing."""
    statements = [_statement(scope, grant, arns.of(grant.resource, log)) for grant in PERMISSIONS[function]]
    return iam.Role(
        scope,
        "Role",
        description=f"What the function {function} may do",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        inline_policies={"Permissions": iam.PolicyDocument(statements=statements, minimize=False)},
    )


def _statement(scope: Construct, grant: Grant, arn: str) -> iam.PolicyStatement:
    conditions = {}
    if grant.resource in {Resource.DATA_KEY, Resource.OPERATIONS_KEY}:
        conditions = {"StringEquals": {"kms:ViaService": f"{grant.caller}.{Stack.of(scope).region}.amazonaws.com"}}
    return iam.PolicyStatement(actions=list(grant.actions), resources=[arn], conditions=conditions)
