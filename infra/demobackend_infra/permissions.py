"""What each function may do: the one list of actions and resources.

Plain values and the standard library only, so that a test can compare the list with the calls that the functions make, where
no CDK is installed. `policies.py` makes IAM statements of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

OWN_CODE = "code"
"""The caller of what a function's own code calls; any other caller is a service that acts in the function's role."""


class Resource(StrEnum):
    """What an action is allowed on."""

    TABLE = "table"
    TABLE_BY_NAME = "table/index/by_name"
    TABLE_DUE = "table/index/due"
    TABLE_STREAM = "table/stream"
    BUCKET = "bucket"
    OBJECTS = "bucket/*"
    USER_POOL = "user pool"
    CLIENT_SECRET = "secret/client"  # noqa: S105 - a name, no secret
    CURSOR_KEYS = "secret/cursor"
    REFRESH_KEYS = "secret/refresh_token"
    SENDER = "mail identity"
    CONFIGURATION_SET = "mail configuration set"
    SEARCH = "search/<alias>/_search"
    SEARCH_DOCUMENTS = "search/<alias>*/_doc/*"
    SEARCH_ALIAS = "search/_alias/<alias>"
    SEARCH_INDEX = "search/<index>"
    ARRIVALS = "queue/arrivals"
    DEAD_CHANGES = "queue/dead-changes"
    DEAD_SWEEPS = "queue/dead-sweeps"
    DATA_KEY = "key/data"
    OPERATIONS_KEY = "key/operations"
    OWN_LOG = "own log group"
    NO_RESOURCE = "*"  # for the few actions that AWS knows no resource for


@dataclass(frozen=True, slots=True)
class Grant:
    """Actions on one resource. `caller`: who calls, `code` or a service such as `dynamodb`; keys are used only through services."""

    actions: tuple[str, ...]
    resource: Resource
    caller: str = OWN_CODE


# Tables and queues under a key of ours ask for these of whoever reads and writes.
_TABLE_KEY = Grant(
    ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
    Resource.DATA_KEY,
    "dynamodb",
)
_READ_OBJECT_KEY = Grant(("kms:Decrypt",), Resource.DATA_KEY, "s3")
_WRITE_OBJECT_KEY = Grant(("kms:Decrypt", "kms:GenerateDataKey"), Resource.DATA_KEY, "s3")
_SECRET_KEY = Grant(("kms:Decrypt",), Resource.DATA_KEY, "secretsmanager")
_QUEUE_KEY = Grant(("kms:Decrypt", "kms:GenerateDataKey"), Resource.OPERATIONS_KEY, "sqs")
_LOG = Grant(("logs:CreateLogStream", "logs:PutLogEvents"), Resource.OWN_LOG, "lambda")
_CURSORS = (Grant(("secretsmanager:GetSecretValue",), Resource.CURSOR_KEYS), _SECRET_KEY)
_TELL_ABSENCE = Grant(("s3:ListBucket",), Resource.BUCKET)
"""Without it S3 answers 403 where an object is missing."""

# A transaction needs the right to each of its actions; DynamoDB knows none to the transaction as such.
PERMISSIONS: Mapping[str, tuple[Grant, ...]] = {
    "files": (
        Grant(
            (
                "dynamodb:BatchGetItem",
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            ),
            Resource.TABLE,
        ),
        Grant(("dynamodb:Query",), Resource.TABLE_BY_NAME),
        _TABLE_KEY,
        # What it signs, others do in its name. A HEAD needs the right to GET.
        Grant(("s3:DeleteObject", "s3:GetObject", "s3:PutObject"), Resource.OBJECTS),
        _TELL_ABSENCE,
        _WRITE_OBJECT_KEY,
        *_CURSORS,
        _LOG,
    ),
    "users": (
        Grant(
            ("dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
            Resource.TABLE,
        ),
        _TABLE_KEY,
        # Cognito asks for no permission where its call carries the client's secret: SignUp, ConfirmSignUp, RevokeToken, ...
        Grant(("cognito-idp:AdminDeleteUser", "cognito-idp:AdminInitiateAuth"), Resource.USER_POOL),
        Grant(("ses:SendEmail",), Resource.SENDER),
        Grant(("ses:SendEmail",), Resource.CONFIGURATION_SET),
        Grant(("secretsmanager:GetSecretValue",), Resource.CLIENT_SECRET),
        Grant(("secretsmanager:GetSecretValue",), Resource.REFRESH_KEYS),
        _SECRET_KEY,
        _LOG,
    ),
    "search": (
        Grant(("dynamodb:BatchGetItem",), Resource.TABLE),
        _TABLE_KEY,
        Grant(("es:ESHttpPost",), Resource.SEARCH),
        *_CURSORS,
        _LOG,
    ),
    "service": (  # it asks whether they answer
        Grant(("dynamodb:GetItem",), Resource.TABLE),
        _TABLE_KEY,
        Grant(("s3:ListBucket",), Resource.BUCKET),
        Grant(("es:ESHttpHead",), Resource.SEARCH_ALIAS),
        _LOG,
    ),
    "authorizer": (Grant(("dynamodb:GetItem",), Resource.TABLE), _TABLE_KEY, _LOG),
    "file_events": (
        Grant(("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"), Resource.ARRIVALS, "lambda"),
        _QUEUE_KEY,
        Grant(("dynamodb:BatchGetItem", "dynamodb:UpdateItem"), Resource.TABLE),
        _TABLE_KEY,
        Grant(("s3:GetObject",), Resource.OBJECTS),
        _TELL_ABSENCE,
        _READ_OBJECT_KEY,
        _LOG,
    ),
    "change_events": (
        Grant(("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"), Resource.TABLE_STREAM, "lambda"),
        Grant(("dynamodb:ListStreams",), Resource.NO_RESOURCE, "lambda"),
        Grant(("sqs:SendMessage",), Resource.DEAD_CHANGES, "lambda"),
        _QUEUE_KEY,
        Grant(("dynamodb:GetItem", "dynamodb:UpdateItem"), Resource.TABLE),
        _TABLE_KEY,
        Grant(("s3:GetObject",), Resource.OBJECTS),
        _TELL_ABSENCE,
        _READ_OBJECT_KEY,
        Grant(("es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpPut"), Resource.SEARCH_DOCUMENTS),
        _LOG,
    ),
    "schedule": (
        Grant(("sqs:SendMessage",), Resource.DEAD_SWEEPS, "lambda"),
        _QUEUE_KEY,
        Grant(
            ("dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"),
            Resource.TABLE,
        ),
        Grant(("dynamodb:Query",), Resource.TABLE_DUE),
        _TABLE_KEY,
        Grant(("s3:ListBucket",), Resource.BUCKET),
        Grant(("s3:DeleteObject", "s3:GetObject"), Resource.OBJECTS),
        _READ_OBJECT_KEY,
        Grant(("es:ESHttpGet", "es:ESHttpPut"), Resource.SEARCH_DOCUMENTS),
        _LOG,
    ),
    "prepare": (
        Grant(("es:ESHttpGet", "es:ESHttpHead"), Resource.SEARCH_ALIAS),
        Grant(("es:ESHttpPut",), Resource.SEARCH_INDEX),
        _LOG,
    ),
}
