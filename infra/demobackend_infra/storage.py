"""The bucket that holds the files' bytes, and the rules that it holds everyone to."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from demobackend_infra.plain import plain

SIGNATURE_MILLISECONDS = 15 * 60 * 1000
_SENT_BY_BROWSERS = [
    "content-type",
    "if-none-match",
    "range",
    "x-amz-checksum-sha256",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
]
_SHOWN_TO_BROWSERS = ["Accept-Ranges", "Content-Disposition", "Content-Range", "ETag"]


class Storage(Construct):
    """The bucket, and another one for the log of who asked it for what."""

    def __init__(self, scope: Construct, name: str, *, key: kms.IKey, origins: tuple[str, ...]) -> None:
        super().__init__(scope, name)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            versioned=True,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            server_access_logs_bucket=self._log_bucket(),
            lifecycle_rules=_lifecycle(),
            cors=_cors(origins),
            removal_policy=RemovalPolicy.RETAIN,
        )
        for statement in _refusals(self.bucket, key):
            self.bucket.add_to_resource_policy(statement)
        # The CDK's own switch for this is a function of its own with a wide role; the property needs neither.
        plain(self.bucket, s3.CfnBucket).notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )

    def _log_bucket(self) -> s3.Bucket:
        """S3 delivers access logs only to buckets under its own keys."""
        return s3.Bucket(
            self,
            "AccessLogs",
            encryption=s3.BucketEncryption.S3_MANAGED,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(90), abort_incomplete_multipart_upload_after=Duration.days(2))],
            removal_policy=RemovalPolicy.RETAIN,
        )


def _lifecycle() -> list[s3.LifecycleRule]:
    return [
        s3.LifecycleRule(
            abort_incomplete_multipart_upload_after=Duration.days(2),
            noncurrent_version_expiration=Duration.days(30),
            expired_object_delete_marker=True,
            transitions=[s3.Transition(storage_class=s3.StorageClass.INTELLIGENT_TIERING, transition_after=Duration.days(0))],
        )
    ]


def _cors(origins: tuple[str, ...]) -> list[s3.CorsRule]:
    if not origins:
        return []
    return [
        s3.CorsRule(
            allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.HEAD, s3.HttpMethods.PUT],
            allowed_origins=list(origins),
            allowed_headers=_SENT_BY_BROWSERS,
            exposed_headers=_SHOWN_TO_BROWSERS,
            max_age=600,
        )
    ]


def _refusals(bucket: s3.Bucket, key: kms.IKey) -> list[iam.PolicyStatement]:
    """What nobody may do, whatever their role allows.

    Source: Amazon S3's condition keys (the age of a signature is in milliseconds and only query signatures have one) and its
    pages on enforcing conditional writes, whose form exempts the calls of a multipart upload that take no condition.
    """
    old = {"NumericGreaterThan": {"s3:signatureAge": str(SIGNATURE_MILLISECONDS)}}
    overwriting = {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}}
    other_kind = _asked_for("s3:x-amz-server-side-encryption", "aws:kms")
    other_key = _asked_for("s3:x-amz-server-side-encryption-aws-kms-key-id", key.key_arn)
    return [
        _refusal("DenyOldSignatures", "s3:*", bucket, old),
        _refusal("DenyOverwriting", "s3:PutObject", bucket, overwriting),
        _refusal("DenyOtherEncryption", "s3:PutObject", bucket, other_kind),
        _refusal("DenyOtherKeys", "s3:PutObject", bucket, other_key),
    ]


def _asked_for(key: str, allowed: str) -> dict[str, dict[str, str]]:
    """A header is there and says something else. Without the first half this would hold where it is absent, too."""
    return {"Null": {key: "false"}, "StringNotEquals": {key: allowed}}


def _refusal(name: str, action: str, bucket: s3.Bucket, conditions: dict[str, dict[str, str]]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=name,
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=[action],
        resources=[bucket.arn_for_objects("*")],
        conditions=conditions,
    )
