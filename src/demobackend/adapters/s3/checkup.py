"""What may be off with a bucket, and how to mend it."""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from demobackend.adapters.botocore_errors import Meanings, in_domain_words, whole_answer
from demobackend.adapters.s3.presigning import SENT_HEADERS
from demobackend.domain.model.errors import Forbidden, NotFound

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CORSRuleOutputTypeDef

KEPT_DAYS = 30  # how long deleted bytes can be had back
_ABANDONED_DAYS = 7
_SSE_KMS = frozenset({"aws:kms", "aws:kms:dsse"})
_REFUSED = {
    "aws:securetransport": "plain HTTP (aws:SecureTransport = false)",
    "s3:if-none-match": "uploads without If-None-Match (s3:if-none-match absent)",
    "s3:signatureage": "old signatures (s3:signatureAge above 900000 milliseconds)",
}


@dataclass(frozen=True, slots=True)
class _Bucket:
    """What is looked at, and what it should be like."""

    client: "S3Client"
    name: str
    kms_key: str | None
    origins: Collection[str]


@dataclass(frozen=True, slots=True)
class _Check:
    """One setting: the permission that reading it needs, the error code that says it is not there, what then is to be said."""

    permission: str
    judge: Callable[[_Bucket], Iterator[str]]
    absent_code: str = ""
    absent: str = ""


def findings(client: "S3Client", bucket: str, *, kms_key: str | None = None, origins: Collection[str] = ()) -> list[str]:
    """One sentence for each setting of the bucket that is off, with its remedy; none when all is well.

    `kms_key` is the ARN that uploads ask for, `origins` are the sites whose pages upload. Needs `s3:ListBucket` and what
    `_CHECKS` names. Raises `Unavailable`.
    """
    looked_at = _Bucket(client, bucket, kms_key, origins)
    try:
        with in_domain_words({"404": NotFound, "403": Forbidden}):
            client.head_bucket(Bucket=bucket)
    except NotFound:
        return [f"There is no bucket {bucket} in this region: correct the setting `bucket`, or deploy the stack."]
    except Forbidden:
        return [f"The bucket {bucket} is not ours, or s3:ListBucket is missing: correct the setting `bucket`, or allow it."]
    return [finding for check in _CHECKS for finding in _ask(check, looked_at)]


def _ask(check: _Check, bucket: _Bucket) -> list[str]:
    meanings: Meanings = {"AccessDenied": Forbidden, check.absent_code: NotFound}
    try:
        with in_domain_words(meanings), whole_answer():
            return list(check.judge(bucket))
    except NotFound:
        return [check.absent]
    except Forbidden:
        return [f"{check.permission} is missing, so this part was not looked at: allow it to whoever runs the checkup."]


def _versioning(bucket: _Bucket) -> Iterator[str]:
    if bucket.client.get_bucket_versioning(Bucket=bucket.name).get("Status") != "Enabled":
        yield "Versioning is off, so deleted bytes cannot be had back: switch it on."


def _ownership(bucket: _Bucket) -> Iterator[str]:
    rules = bucket.client.get_bucket_ownership_controls(Bucket=bucket.name)["OwnershipControls"]["Rules"]
    if [rule["ObjectOwnership"] for rule in rules] != ["BucketOwnerEnforced"]:
        yield _OWNERSHIP


def _public_access(bucket: _Bucket) -> Iterator[str]:
    blocked = bucket.client.get_public_access_block(Bucket=bucket.name)["PublicAccessBlockConfiguration"]
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    if any(blocked.get(name) is not True for name in names):
        yield _PUBLIC


def _policy(bucket: _Bucket) -> Iterator[str]:
    statements = json.loads(bucket.client.get_bucket_policy(Bucket=bucket.name)["Policy"])["Statement"]
    refused = {
        key.lower()
        for statement in statements
        if statement["Effect"] == "Deny"
        for condition in statement.get("Condition", {}).values()
        for key in condition
    }
    for key, what in _REFUSED.items():
        if key not in refused:
            yield f"The bucket policy does not refuse {what}: add a Deny statement."


def _lifecycle(bucket: _Bucket) -> Iterator[str]:
    rules = [rule for rule in bucket.client.get_bucket_lifecycle_configuration(Bucket=bucket.name)["Rules"] if rule["Status"] == "Enabled"]
    if not any(rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays", 0) >= KEPT_DAYS for rule in rules):
        yield f"No lifecycle rule removes deleted bytes after {KEPT_DAYS} days or more: add NoncurrentVersionExpiration."
    if not any(rule.get("Expiration", {}).get("ExpiredObjectDeleteMarker") for rule in rules):
        yield "No lifecycle rule removes delete markers without versions: add ExpiredObjectDeleteMarker."
    if not any(0 < rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation", 0) <= _ABANDONED_DAYS for rule in rules):
        yield f"No lifecycle rule removes abandoned multipart uploads within {_ABANDONED_DAYS} days: add AbortIncompleteMultipartUpload."


def _encryption(bucket: _Bucket) -> Iterator[str]:
    (rule,) = bucket.client.get_bucket_encryption(Bucket=bucket.name)["ServerSideEncryptionConfiguration"]["Rules"]
    default = rule.get("ApplyServerSideEncryptionByDefault", {"SSEAlgorithm": "AES256"})
    if default["SSEAlgorithm"] not in _SSE_KMS:
        yield _ENCRYPTION
    elif bucket.kms_key is not None and default.get("KMSMasterKeyID") != bucket.kms_key:
        yield "The bucket encrypts with another KMS key than the setting `kms_key` names: make them the same."
    elif not rule.get("BucketKeyEnabled"):
        yield "The bucket asks KMS for every object: switch the S3 Bucket Key on, which costs less."


def _notifications(bucket: _Bucket) -> Iterator[str]:
    if "EventBridgeConfiguration" not in bucket.client.get_bucket_notification_configuration(Bucket=bucket.name):
        yield "The bucket tells EventBridge nothing, so uploads are confirmed only when clients say so: send its events there."


def _cors(bucket: _Bucket) -> Iterator[str]:
    if not bucket.origins:
        return
    rules = bucket.client.get_bucket_cors(Bucket=bucket.name)["CORSRules"]
    for origin in bucket.origins:
        if not any(_lets_upload(rule, origin) for rule in rules):
            yield f"Pages of {origin} cannot upload: add a CORS rule with GET, HEAD, PUT and the headers {', '.join(SENT_HEADERS)}."


def _lets_upload(rule: "CORSRuleOutputTypeDef", origin: str) -> bool:
    headers = {header.lower() for header in rule.get("AllowedHeaders", [])}
    return (
        bool({"*", origin} & set(rule["AllowedOrigins"]))
        and {"GET", "HEAD", "PUT"} <= set(rule["AllowedMethods"])
        and ("*" in headers or set(SENT_HEADERS) <= headers)
    )


_OWNERSHIP = "Access lists are in force: set Object Ownership to BucketOwnerEnforced."
_PUBLIC = "Public access is not blocked entirely: switch on all four settings of Block Public Access."
_ENCRYPTION = "New objects are not encrypted with a KMS key: set SSE-KMS as the bucket's default, with the S3 Bucket Key."
_CHECKS = (
    _Check("s3:GetBucketVersioning", _versioning),
    _Check("s3:GetBucketOwnershipControls", _ownership, "OwnershipControlsNotFoundError", _OWNERSHIP),
    _Check("s3:GetBucketPublicAccessBlock", _public_access, "NoSuchPublicAccessBlockConfiguration", _PUBLIC),
    _Check("s3:GetBucketPolicy", _policy, "NoSuchBucketPolicy", f"There is no bucket policy: refuse {', '.join(_REFUSED.values())}."),
    _Check(
        "s3:GetLifecycleConfiguration",
        _lifecycle,
        "NoSuchLifecycleConfiguration",
        "There are no lifecycle rules, so deleted bytes stay for ever: add NoncurrentVersionExpiration, ExpiredObjectDeleteMarker and "
        "AbortIncompleteMultipartUpload.",
    ),
    _Check("s3:GetEncryptionConfiguration", _encryption, "ServerSideEncryptionConfigurationNotFoundError", _ENCRYPTION),
    _Check("s3:GetBucketNotification", _notifications),
    _Check(
        "s3:GetBucketCORS",
        _cors,
        "NoSuchCORSConfiguration",
        f"There are no CORS rules, so no page can upload: allow GET, HEAD, PUT and the headers {', '.join(SENT_HEADERS)} to our origins.",
    ),
)
