"""What AWS asks permission for, given a call: the actions and what each is on, in the words of the list of permissions."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.integration.recorder import Call

_TRANSACTED = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
_S3 = {
    "HeadObject": ("s3:GetObject", "bucket/*"),
    "GetObject": ("s3:GetObject", "bucket/*"),
    "PutObject": ("s3:PutObject", "bucket/*"),
    "DeleteObject": ("s3:DeleteObject", "bucket/*"),
    "HeadBucket": ("s3:ListBucket", "bucket"),
    "ListObjectsV2": ("s3:ListBucket", "bucket"),
}


class Permission(NamedTuple):
    """An action, and what it is on."""

    action: str
    resource: str


def needed(call: Call) -> Iterator[Permission]:
    """What a call needs: nothing when it goes out unsigned.

    Source: Service Authorization Reference; Amazon DynamoDB Developer Guide, "IAM policies for transactions"; S3 API reference,
    HeadObject ("If the object you request doesn't exist, the error depends on whether you also have the s3:ListBucket
    permission").
    """
    match call.service:
        case _ if not call.has_signature:
            return
        case "DynamoDB":
            yield from _of_dynamodb(call)
        case "S3":
            yield Permission(*_S3[call.operation])
            if call.status == 404:
                yield Permission("s3:ListBucket", "bucket")
        case "Secrets Manager":
            yield Permission(f"secretsmanager:{call.operation}", f"secret/{_secret(call.body['SecretId'])}")
        case "SES":
            yield Permission(f"ses:{call.operation}", "mail identity")
            if "ConfigurationSetName" in call.body:
                yield Permission(f"ses:{call.operation}", "mail configuration set")
        case "Cognito":
            yield Permission(f"cognito-idp:{call.operation}", "user pool")
        case "OpenSearch":
            yield Permission(f"es:ESHttp{call.operation.partition(' ')[0].capitalize()}", f"search{call.path}")
        case _:
            raise AssertionError(f"Nothing is known of {call.name}.")


def _of_dynamodb(call: Call) -> Iterator[Permission]:
    if call.operation != "TransactWriteItems":
        index = call.body.get("IndexName")
        yield Permission(f"dynamodb:{call.operation}", f"table/index/{index}" if index else "table")
        return
    for action in call.body["TransactItems"]:
        (kind,) = action
        yield Permission(f"dynamodb:{_TRANSACTED[kind]}", "table")


def _secret(name: str) -> str:
    return "client" if "/client/" in name else name.rpartition("/")[2]
