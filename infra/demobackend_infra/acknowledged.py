"""Every finding of cdk-nag that stays, and why. A finding that is not here fails `make check`."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from aws_cdk import Acknowledgment, CfnResource, Stack, Validations
from constructs import IConstruct

from demobackend_infra.plain import plain
from demobackend_infra.search import ALIAS

if TYPE_CHECKING:
    from demobackend_infra.stack import DemoBackend

_POOL = {
    "COG1": "Length and a list of common passwords make passwords hard to guess; composition rules do not (OWASP ASVS 5.0, 6.2.5).",
    "COG2": "A second factor is not offered yet; once it is, it stays each person's choice.",
    "COG8": "Threat protection is a paid plan, chosen with cognito_plan=plus. Lockouts per account, network and in all are our own.",
}
_SECRETS = {
    "SMG4": "A new value is put in by hand, and the one before stays valid (AWSPREVIOUS): turned over by the clock, what was signed "
    "with it would end in the middle of its life. The app client's secret is Cognito's and can only be replaced there.",
}
_SEARCH = {
    "OS1": "Outside a VPC, so that functions need none, with its gateways by the hour; every request is signed and within a role.",
    "OS3": "Functions have no fixed addresses. The policy lets our own account in and nobody else, by signed requests only.",
    "OS4": "Chosen with search_masters=3; a small index needs no dedicated masters.",
    "OS7": "Chosen with search_instances=2; while it is away, searches answer 503, changes are tried again for hours, "
    "and the daily check of all blobs brings the rest in.",
}
_DEAD_LETTERS = {"SQS3": "It is a dead letter queue, of a stream or a schedule, which is set on those and not on a queue."}
_RUNTIME = {"L1": "Packages are built and tested for Python 3.13, which AWS supports until 2029."}
_API = {
    "APIG2": "Each function checks every request against its operation's models, with the same answers as on every other transport.",
    "COG4": "Our own authorizer verifies the pool's tokens and the session besides, so that an ended session is refused at once.",
}
_PUBLIC = {"APIG4": "Public by its operation, or a refusal in our own words: unknown paths, other methods, preflights."}
_LOG_ROLE = {
    "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]": "The role that API "
    "Gateway documents for its logs: it belongs to the account and not to one API."
}


class Acknowledged(NamedTuple):
    """A finding that stays, on a construct or anything below it."""

    construct: IConstruct
    rule: str
    reason: str


def acknowledge(stack: "DemoBackend") -> None:
    """Tell cdk-nag of them."""
    for construct, rule, reason in acknowledgements(stack):
        Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=reason))


def acknowledgements(stack: "DemoBackend") -> Iterator[Acknowledged]:
    """Each with the construct that it is about."""
    yield from _on(stack.identity.pool, _POOL)
    yield from _on(stack.secrets, _SECRETS)
    yield from _on(stack.search, _SEARCH)
    yield from _on(stack.queues.dead_changes, _DEAD_LETTERS)
    yield from _on(stack.queues.dead_sweeps, _DEAD_LETTERS)
    yield from _on(stack.functions, _RUNTIME)
    yield from _on(stack.functions, {f"IAM5[Resource::{resource}]": reason for resource, reason in _wildcards(stack)})
    yield from _on(stack.api, _API)
    yield from _on(stack.api.rest.node.find_child("CloudWatchRole"), _LOG_ROLE)
    for method in stack.api.public_methods:
        yield from _on(method, _PUBLIC)


def _on(construct: IConstruct, findings: Mapping[str, str]) -> Iterator[Acknowledged]:
    return (Acknowledged(construct, f"AwsSolutions-{rule}", reason) for rule, reason in findings.items())


def _wildcards(stack: "DemoBackend") -> Iterator[tuple[str, str]]:
    """Those that AWS leaves no way around, as cdk-nag words them."""
    bucket = _logical_id(stack, stack.storage.bucket)
    yield f"<{bucket}.Arn>/*", "Every file is an object under a key of its own; which ones a caller may reach, the code decides."
    domain = f"arn:<AWS::Partition>:es:<AWS::Region>:<AWS::AccountId>:domain/demobackend-{stack.choices.stage}"
    yield f"{domain}/{ALIAS}*/_doc/*", "Every file is a document under an address of its own, in two indexes while one is rebuilt."
    yield "*", "dynamodb:ListStreams, which event source mappings ask for, knows no resource."


def _logical_id(stack: Stack, construct: IConstruct) -> str:
    return str(stack.resolve(stack.get_logical_id(plain(construct, CfnResource))))
