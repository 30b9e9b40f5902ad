"""Every error that is documented for a call of S3 becomes the right one of the domain.

Source: Amazon S3 API Reference, "Error responses", "List of error codes", those of them that reading, deleting or listing objects and
reading the settings of a bucket can meet; and the section "Errors" of each call.
"""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.adapters.amazon import Answer, error
from tests.adapters.documented import Act, operations_called, outcomes

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.s3.blob_store import S3BlobStore
from demobackend.adapters.s3.checkup import findings
from demobackend.adapters.s3.probe import S3Probe
from demobackend.domain.model.errors import DomainError, NotFound, Unavailable
from demobackend.testing.contracts.blob_store import sample_key
from demobackend.testing.samples import NOON

COMMON = {
    301: ("PermanentRedirect",),
    307: ("Redirect", "TemporaryRedirect"),
    400: (
        "AuthorizationHeaderMalformed",
        "AuthorizationQueryParametersError",
        "EndpointNotFound",
        "ExpiredToken",
        "IncorrectEndpoint",
        "InvalidArgument",
        "InvalidBucketName",
        "InvalidHostHeader",
        "InvalidHttpMethod",
        "InvalidRequest",
        "InvalidSessionException",
        "InvalidToken",
        "InvalidURI",
        "KMS.DisabledException",
        "KMS.InvalidKeyUsageException",
        "KMS.KMSInvalidStateException",
        "KMS.NotFoundException",
        "KeyTooLongError",
        "MalformedXML",
        "MaxMessageLengthExceeded",
        "RequestHeaderSectionTooLarge",
        "RequestTimeout",
        "TokenCodeInvalidError",
        "TokenRefreshRequired",
        "UnexpectedContent",
        "UnsupportedArgument",
        "UnsupportedSignature",
        "UserKeyMustBeSpecified",
    ),
    403: (
        "AccessDenied",
        "AccountProblem",
        "AllAccessDisabled",
        "InvalidAccessKeyId",
        "InvalidObjectState",
        "InvalidPayer",
        "InvalidSecurity",
        "NotSignedUp",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "UnauthorizedAccessError",
        "UnexpectedIPError",
    ),
    404: ("NoSuchBucket", "NoSuchKey", "NoSuchVersion"),
    405: ("MethodNotAllowed",),
    409: ("ConditionalRequestConflict", "InvalidBucketState", "OperationAborted"),
    411: ("MissingContentLength",),
    412: ("PreconditionFailed",),
    416: ("InvalidRange",),
    500: ("InternalError",),
    501: ("NotImplemented",),
    503: ("Busy", "ServiceUnavailable", "SlowDown"),
}
ABSENT = {
    "GetBucketOwnershipControls": "OwnershipControlsNotFoundError",
    "GetPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
    "GetBucketPolicy": "NoSuchBucketPolicy",
    "GetBucketLifecycleConfiguration": "NoSuchLifecycleConfiguration",
    "GetBucketEncryption": "ServerSideEncryptionConfigurationNotFoundError",
    "GetBucketCors": "NoSuchCORSConfiguration",
}
"""The setting is not there, which the checkup says."""
SETTINGS = [*ABSENT, "GetBucketVersioning", "GetBucketNotificationConfiguration"]
HEADS = (301, 307, 400, 403, 404, 405, 409, 412, 416, 500, 501, 503)
"""A HEAD is answered with a status alone."""
REGION = {"x-amz-bucket-region": "us-west-2"}
"""Told with a redirection; the client goes there."""


def store(client: object) -> S3BlobStore:
    return S3BlobStore(client, "bucket", ManualClock())  # type: ignore[arg-type]  # boto3 makes its classes at run time


def checkup(client: object) -> object:
    return findings(client, "bucket", origins=["https://app.example"])  # type: ignore[arg-type]  # as before


CALLS: Mapping[str, Act] = {
    "GetObject": lambda client: store(client).open(sample_key()),
    "DeleteObject": lambda client: store(client).delete(sample_key()),
    "ListObjectsV2": lambda client: list(store(client).keys_stored_before(NOON)),
    **dict.fromkeys(SETTINGS, checkup),
}
BY_HEAD: Mapping[str, tuple[str, Act, Mapping[int, type[DomainError] | None]]] = {
    "head": ("HeadObject", lambda client: store(client).head(sample_key()), {404: NotFound}),
    "probe": ("HeadBucket", lambda client: S3Probe(client, "bucket").check(), {}),
    "checkup": ("HeadBucket", checkup, {403: None, 404: None}),
}
TOLD: Mapping[tuple[str, str], type[DomainError] | None] = {
    ("GetObject", "NoSuchKey"): NotFound,
    **{(call, "AccessDenied"): None for call in SETTINGS},
    **dict.fromkeys(ABSENT.items()),
}
OTHERS = {"HeadBucket": Answer(), **dict.fromkeys(SETTINGS, error(403, "AccessDenied"))}


def errors_of(call: str) -> dict[str, Answer]:
    common = {code: replace(error(status, code), headers=REGION) for status, codes in COMMON.items() for code in codes}
    return common if call not in ABSENT else {**common, ABSENT[call]: error(404, ABSENT[call])}


def test_every_call_is_in_a_table() -> None:
    assert operations_called("s3", "s3") == CALLS.keys() | {call for call, _, _ in BY_HEAD.values()}


@pytest.mark.parametrize("call", CALLS)
def test_every_documented_error_is_the_right_one_of_ours(call: str) -> None:
    errors = errors_of(call)
    assert outcomes("s3", call, CALLS[call], errors, OTHERS) == {code: TOLD.get((call, code), Unavailable) for code in errors}


@pytest.mark.parametrize("act", BY_HEAD)
def test_every_status_of_a_head_is_the_right_error_of_ours(act: str) -> None:
    call, made, told = BY_HEAD[act]
    errors = {str(status): Answer(status, headers=REGION) for status in HEADS}
    assert outcomes("s3", call, made, errors, OTHERS) == {str(status): told.get(status, Unavailable) for status in HEADS}
