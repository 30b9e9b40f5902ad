"""The bucket, and what nobody may do with it."""

from typing import Any

import pytest
from synthesized import Synthesized, statements

from demobackend_infra.storage import SIGNATURE_MILLISECONDS


def bucket(made: Synthesized) -> dict[str, Any]:
    return made.only("AWS::S3::Bucket", named="StorageBucket")


def refusals(made: Synthesized) -> dict[str, dict[str, Any]]:
    """The bucket policy's statements that have a name, by it."""
    policy = made.only("AWS::S3::BucketPolicy", named="StorageBucketPolicy")["PolicyDocument"]
    return {statement["Sid"]: statement for statement in statements(policy) if "Sid" in statement}


def test_deleted_and_overwritten_bytes_can_be_had_back_for_30_days(plain: Synthesized) -> None:
    (rule,) = bucket(plain)["LifecycleConfiguration"]["Rules"]
    assert (bucket(plain)["VersioningConfiguration"], rule["NoncurrentVersionExpiration"]) == (
        {"Status": "Enabled"},
        {"NoncurrentDays": 30},
    )


def test_uploads_that_were_given_up_are_cleared_after_two_days(plain: Synthesized) -> None:
    (rule,) = bucket(plain)["LifecycleConfiguration"]["Rules"]
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}


def test_s3_itself_moves_what_is_seldom_read(plain: Synthesized) -> None:
    (rule,) = bucket(plain)["LifecycleConfiguration"]["Rules"]
    assert rule["Transitions"] == [{"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 0}]


@pytest.mark.parametrize("named", ["StorageBucket", "StorageAccessLogs"])
def test_no_bucket_can_be_public_or_hold_what_others_own(plain: Synthesized, named: str) -> None:
    made = plain.only("AWS::S3::Bucket", named=named)
    assert set(made["PublicAccessBlockConfiguration"].values()) == {True}
    assert made["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_bytes_are_under_our_key_and_one_bucket_key(plain: Synthesized) -> None:
    (rule,) = bucket(plain)["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert (rule["BucketKeyEnabled"], rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"]) == (True, "aws:kms")


def test_arrivals_are_told_to_eventbridge(plain: Synthesized) -> None:
    assert bucket(plain)["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}


@pytest.mark.parametrize("named", ["StorageBucketPolicy", "StorageAccessLogsPolicy"])
def test_plain_http_is_refused(plain: Synthesized, named: str) -> None:
    policy = plain.only("AWS::S3::BucketPolicy", named=named)["PolicyDocument"]
    insecure = [s for s in statements(policy) if s.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}]
    assert [(s["Effect"], s["Action"], s["Principal"]) for s in insecure] == [("Deny", ["s3:*"], {"AWS": "*"})]


def test_a_signature_lives_for_15_minutes_in_the_unit_that_s3_counts_in(plain: Synthesized) -> None:
    condition = refusals(plain)["DenyOldSignatures"]["Condition"]
    assert (condition, SIGNATURE_MILLISECONDS) == ({"NumericGreaterThan": {"s3:signatureAge": "900000"}}, 900_000)


def test_no_object_is_overwritten_and_only_the_calls_that_take_no_condition_are_exempt(plain: Synthesized) -> None:
    statement = refusals(plain)["DenyOverwriting"]
    assert (statement["Effect"], statement["Action"], statement["Principal"]) == ("Deny", ["s3:PutObject"], {"AWS": "*"})
    assert statement["Condition"] == {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}}


@pytest.mark.parametrize("name", ["DenyOtherEncryption", "DenyOtherKeys"])
def test_another_encryption_is_refused_where_one_is_asked_for_and_not_where_none_is(plain: Synthesized, name: str) -> None:
    condition = refusals(plain)[name]["Condition"]
    (header,) = condition["StringNotEquals"]
    assert condition["Null"] == {header: "false"}


def test_pages_of_no_origin_reach_the_bucket_unless_some_are_chosen(plain: Synthesized) -> None:
    assert "CorsConfiguration" not in bucket(plain)


def test_pages_of_chosen_origins_put_and_get_and_see_etags(chosen: Synthesized) -> None:
    (rule,) = bucket(chosen)["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedOrigins"] == ["https://app.example.org", "https://admin.example.org"]
    assert (rule["AllowedMethods"], "ETag" in rule["ExposedHeaders"], "*" in rule["AllowedHeaders"]) == (
        ["GET", "HEAD", "PUT"],
        True,
        False,
    )


def test_the_bucket_outlives_the_stack(plain: Synthesized) -> None:
    kept = {
        name: resource["DeletionPolicy"] for name, resource in plain.template["Resources"].items() if resource["Type"] == "AWS::S3::Bucket"
    }
    assert set(kept.values()) == {"Retain"}
