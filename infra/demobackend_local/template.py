"""The stack's template as the emulator takes it: every change, with its reason."""

from collections.abc import Mapping
from typing import Any

type Template = dict[str, Any]  # CloudFormation's JSON

REMOVED: Mapping[str, str] = {
    "AWS::WAFv2::WebACLAssociation": "ministack makes web ACLs and filters nothing; it does not know their association.",
    "AWS::OpenSearchService::Domain": "ministack makes domains that hold no data without Docker; a real node stands beside it.",
}
"""Types of resources that are left out, and why."""
INSECURE = ("aws:SecureTransport", "s3:TlsVersion")
"""Conditions whose statements are left out of policies: on loopback everything is plain HTTP."""
POLICIES = ("AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy")
"""Where such statements stand."""
_SEARCH_URL, _KEYS_URL = "DEMOBACKEND_AWS__SEARCH_URL", "DEMOBACKEND_AWS__KEYS_URL"


def localised(template: Template, *, endpoint: str, search_url: str, arrival_seconds: int | None = None) -> Template:
    """A copy for the emulator.

    `endpoint` is the emulator's address. Functions search at `search_url`. `arrival_seconds`: how long the queue holds a message back,
    none for as long as on AWS, which is 15 minutes.
    """
    secrets = {name for name, resource in template["Resources"].items() if resource["Type"] == "AWS::SecretsManager::Secret"}
    local: Template = _with_arns(template, secrets)
    gone = {name for name, resource in local["Resources"].items() if resource["Type"] in REMOVED}
    local["Resources"] = {name: _without(resource, gone) for name, resource in local["Resources"].items() if name not in gone}
    local["Outputs"]["SearchUrl"]["Value"] = search_url
    environment = {_SEARCH_URL: search_url, _KEYS_URL: _keys_url(local, endpoint)}
    for resource in local["Resources"].values():
        _change(resource["Type"], resource.get("Properties", {}), environment, arrival_seconds)
    return local


def _change(kind: str, properties: dict[str, Any], environment: dict[str, Any], arrival_seconds: int | None) -> None:
    if kind == "AWS::Lambda::Function":
        properties["Environment"]["Variables"] |= environment
    elif kind == "AWS::IAM::Role":
        for policy in properties.get("Policies", []):
            policy["PolicyDocument"]["Statement"] = [_sendable(statement) for statement in policy["PolicyDocument"]["Statement"]]
    elif kind in POLICIES:
        policy = properties["PolicyDocument"]
        policy["Statement"] = [statement for statement in policy["Statement"] if not _demands_tls(statement)]
    elif arrival_seconds is not None and "DelaySeconds" in properties:
        properties["DelaySeconds"] = arrival_seconds


def _keys_url(template: Template, endpoint: str) -> Template:
    """Where the emulator publishes the user pool's keys; its tokens name AWS as their issuer all the same."""
    (pool,) = (name for name, resource in template["Resources"].items() if resource["Type"] == "AWS::Cognito::UserPool")
    return {"Fn::Sub": f"{endpoint}/${{{pool}}}/.well-known/jwks.json"}


def _with_arns(value: Any, secrets: set[str]) -> Any:
    """A copy in which secrets are referred to by `Fn::GetAtt`: the emulator's `Ref` is their name, AWS documents their ARN."""
    match value:
        case {"Ref": str(name), **rest} if not rest and name in secrets:
            return {"Fn::GetAtt": [name, "Id"]}
        case dict():
            return {key: _with_arns(part, secrets) for key, part in value.items()}
        case list():
            return [_with_arns(part, secrets) for part in value]
    return value


def _sendable(statement: dict[str, Any]) -> dict[str, Any]:
    """The emulator knows no resource for the sending of mail; AWS checks identity and configuration set."""
    return {**statement, "Resource": "*"} if statement["Action"] == "ses:SendEmail" else statement


def _demands_tls(statement: dict[str, Any]) -> bool:
    return any(key in INSECURE for condition in statement.get("Condition", {}).values() for key in condition)


def _without(resource: dict[str, Any], gone: set[str]) -> dict[str, Any]:
    """The resource, which waits for none of those that are gone."""
    waits_for = resource.get("DependsOn", [])
    left = [name for name in ([waits_for] if isinstance(waits_for, str) else waits_for) if name not in gone]
    return {**resource, "DependsOn": left} if left else {key: value for key, value in resource.items() if key != "DependsOn"}
