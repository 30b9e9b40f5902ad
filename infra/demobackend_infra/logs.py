"""Where logs go, and how long they stay."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

KEPT = logs.RetentionDays.THREE_MONTHS


def log_group(scope: Construct, name: str, key: kms.IKey) -> logs.LogGroup:
    """A log group under a key. It stays for its three months when the stack goes: who looks for a cause needs it then."""
    return logs.LogGroup(scope, name, encryption_key=key, retention=KEPT, removal_policy=RemovalPolicy.RETAIN)
