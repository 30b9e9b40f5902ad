"""A bucket as the deployment makes it has no findings, and each thing that is off is named."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws
from tests.adapters.amazon import Answer, Script, error, scripted, session

from demobackend.adapters.s3.checkup import findings
from demobackend.domain.model.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BUCKET = "bytes"
KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000001"
ORIGIN = "https://files.example.test"
HEADERS = [
    "content-type",
    "if-none-match",
    "x-amz-checksum-sha256",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
]


def denial(**condition: dict[str, str]) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{BUCKET}/*", "Condition": condition}


DENIALS = {
    "plain HTTP": denial(Bool={"aws:SecureTransport": "false"}),
    "old signatures": denial(NumericGreaterThan={"s3:signatureAge": "900000"}),
    "If-None-Match": denial(Null={"s3:if-none-match": "true"}, Bool={"s3:ObjectCreationOperation": "true"}),
}
EXPIRY = {"ID": "expiry", "Status": "Enabled", "Filter": {"Prefix": ""}, "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}
MARKERS = {"ID": "markers", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"ExpiredObjectDeleteMarker": True}}
PARTS = {"ID": "parts", "Status": "Enabled", "Filter": {"Prefix": ""}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2}}
BLOCKED: Any = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
CORS = {"AllowedOrigins": [ORIGIN], "AllowedMethods": ["GET", "HEAD", "PUT"], "AllowedHeaders": HEADERS}


def notifying(configuration: str) -> Answer:
    return Answer(200, f"<NotificationConfiguration>{configuration}</NotificationConfiguration>".encode())


@pytest.fixture
def notifications() -> Script:
    """moto takes EventBridgeConfiguration and does not give it back; this is what Amazon S3 answers."""
    return Script([notifying("<EventBridgeConfiguration/>")])


@pytest.fixture
def client(notifications: Script) -> Iterator["S3Client"]:
    with mock_aws():
        client: S3Client = session().client("s3")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        client.put_bucket_ownership_controls(Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
        client.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=BLOCKED)
        put_policy(client, *DENIALS)
        put_lifecycle(client, EXPIRY, MARKERS, PARTS)
        put_encryption(client)
        client.meta.events.register_first("before-send.s3.GetBucketNotificationConfiguration", notifications.answer)  # type: ignore[arg-type]  # the stub knows no handler that answers
        put_cors(client, CORS)
        yield client


def put_policy(client: "S3Client", *refused: str) -> None:
    document = {"Version": "2012-10-17", "Statement": [DENIALS[name] for name in refused]}
    client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(document))


def put_lifecycle(client: "S3Client", *rules: Any) -> None:
    client.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": list(rules)})


def put_encryption(client: "S3Client", *, key: str = KEY_ARN, bucket_key: bool = True) -> None:
    default: Any = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rule: Any = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bucket_key}
    client.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})


def put_cors(client: "S3Client", rule: Any) -> None:
    client.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [rule]})


def found(client: "S3Client") -> list[str]:
    return findings(client, BUCKET, kms_key=KEY_ARN, origins=[ORIGIN])


def only(found: list[str]) -> str:
    (finding,) = found
    return finding


def test_a_bucket_as_it_should_be_has_no_findings(client: "S3Client") -> None:
    assert found(client) == []


def test_each_setting_of_a_bare_bucket_is_named(client: "S3Client", notifications: Script) -> None:
    client.create_bucket(Bucket="bare", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    client.delete_bucket_ownership_controls(Bucket="bare")
    client.delete_public_access_block(Bucket="bare")
    notifications.lines = [notifying("")]
    said = " ".join(findings(client, "bare", kms_key=KEY_ARN, origins=[ORIGIN]))
    for word in ("Versioning", "Object Ownership", "Block Public Access", "policy", "lifecycle", "SSE-KMS", "EventBridge", "CORS"):
        assert word in said, word


def test_a_bucket_that_does_not_exist_is_named(client: "S3Client") -> None:
    assert "no bucket nowhere" in only(findings(client, "nowhere"))


@pytest.mark.parametrize("missing", DENIALS)
def test_what_the_policy_lets_pass_is_named(client: "S3Client", missing: str) -> None:
    put_policy(client, *(name for name in DENIALS if name != missing))
    assert missing in only(found(client))


@pytest.mark.parametrize(
    ("rules", "missing"),
    [
        ((MARKERS, PARTS), "NoncurrentVersionExpiration"),
        ((MARKERS, PARTS, {**EXPIRY, "Status": "Disabled"}), "NoncurrentVersionExpiration"),
        ((MARKERS, PARTS, {**EXPIRY, "NoncurrentVersionExpiration": {"NoncurrentDays": 3}}), "NoncurrentVersionExpiration"),
        ((EXPIRY, PARTS), "ExpiredObjectDeleteMarker"),
        ((EXPIRY, MARKERS), "AbortIncompleteMultipartUpload"),
    ],
)
def test_a_lifecycle_rule_that_is_missing_is_named(client: "S3Client", rules: tuple[Any, ...], missing: str) -> None:
    put_lifecycle(client, *rules)
    assert missing in only(found(client))


def test_another_key_than_uploads_ask_for_is_named(client: "S3Client") -> None:
    put_encryption(client, key=KEY_ARN.replace("0a1b", "ffff"))
    assert "another KMS key" in only(found(client))


def test_a_bucket_without_a_bucket_key_is_named(client: "S3Client") -> None:
    put_encryption(client, bucket_key=False)
    assert "Bucket Key" in only(found(client))


@pytest.mark.parametrize(
    "rule",
    [
        {**CORS, "AllowedOrigins": ["https://other.example.test"]},
        {**CORS, "AllowedMethods": ["GET", "HEAD"]},
        {**CORS, "AllowedHeaders": ["content-type"]},
    ],
)
def test_an_origin_whose_pages_cannot_upload_is_named(client: "S3Client", rule: Any) -> None:
    put_cors(client, rule)
    assert ORIGIN in only(found(client))


def test_a_bucket_that_tells_nobody_of_uploads_is_named(client: "S3Client", notifications: Script) -> None:
    notifications.lines = [notifying("")]
    assert "EventBridge" in only(found(client))


def test_without_pages_no_cors_rule_is_asked_for(client: "S3Client") -> None:
    client.delete_bucket_cors(Bucket=BUCKET)
    assert findings(client, BUCKET, kms_key=KEY_ARN) == []


def test_what_may_not_be_looked_at_is_named_with_its_permission() -> None:
    client, _ = scripted("s3", Answer(), error(403, "AccessDenied"))
    said = findings(client, BUCKET, origins=[ORIGIN])
    assert len(said) == 8 and all("is missing, so this part was not looked at" in finding for finding in said)


def test_a_bucket_of_others_is_named() -> None:
    assert "s3:ListBucket" in only(findings(scripted("s3", Answer(403))[0], BUCKET))


def test_a_service_that_does_not_answer_is_unavailable() -> None:
    for lines in ((Answer(503),), (Answer(), error(503, "SlowDown"))):
        with pytest.raises(Unavailable):
            findings(scripted("s3", *lines)[0], BUCKET)
