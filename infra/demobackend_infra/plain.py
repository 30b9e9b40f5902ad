"""The plain resource below a construct of the CDK's, for the properties that the construct does not show."""

from aws_cdk import CfnResource
from constructs import IConstruct


def plain[Resource: CfnResource](construct: IConstruct, kind: type[Resource]) -> Resource:
    """The construct's one resource. Raises `TypeError` when it is of another kind."""
    resource = construct.node.default_child
    if not isinstance(resource, kind):
        raise TypeError(f"{construct.node.path} is no {kind.__name__}")
    return resource
