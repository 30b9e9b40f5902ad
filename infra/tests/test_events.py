"""What happens without a request: queues, the stream, the schedule."""

import json
from typing import Any

from synthesized import Synthesized, statements

from demobackend_infra.functions import SIZES
from demobackend_infra.queues import DELAY

DEAD = ("QueuesDeadArrivals", "QueuesDeadChanges", "QueuesDeadSweeps")


def mapping(made: Synthesized, named: str) -> dict[str, Any]:
    return made.only("AWS::Lambda::EventSourceMapping", named=named)


def arn_of(made: Synthesized, kind: str, named: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [made.name_of(kind, named=named), "Arn"]}


def test_arrivals_wait_as_long_as_an_uploads_signature_lives(plain: Synthesized) -> None:
    delay = plain.only("AWS::SQS::Queue", named="QueuesArrivals")["DelaySeconds"]
    assert (delay, DELAY.to_minutes()) == (900, 15)


def test_a_message_is_hidden_six_times_as_long_as_its_function_may_take(plain: Synthesized) -> None:
    assert plain.only("AWS::SQS::Queue", named="QueuesArrivals")["VisibilityTimeout"] >= 6 * SIZES["file_events"].seconds


def test_an_arrival_that_fails_again_and_again_is_a_dead_letter(plain: Synthesized) -> None:
    policy = plain.only("AWS::SQS::Queue", named="QueuesArrivals")["RedrivePolicy"]
    assert policy == {"deadLetterTargetArn": arn_of(plain, "AWS::SQS::Queue", "QueuesDeadArrivals"), "maxReceiveCount": 5}


def test_every_queue_is_under_our_key_and_keeps_letters_for_two_weeks(plain: Synthesized) -> None:
    key = arn_of(plain, "AWS::KMS::Key", "KeysOperations")
    assert [(queue["KmsMasterKeyId"], queue["MessageRetentionPeriod"]) for queue in plain.of_type("AWS::SQS::Queue").values()] == [
        (key, 14 * 24 * 3600)
    ] * 4


def test_every_queue_refuses_plain_http(plain: Synthesized) -> None:
    policies = plain.of_type("AWS::SQS::QueuePolicy").values()
    denied = [[s for s in statements(policy["PolicyDocument"]) if s["Effect"] == "Deny"] for policy in policies]
    assert [[s["Condition"] for s in deny] for deny in denied] == [[{"Bool": {"aws:SecureTransport": "false"}}]] * 4


def test_the_rule_and_nobody_else_puts_arrivals_into_their_queue(plain: Synthesized) -> None:
    policy = plain.only("AWS::SQS::QueuePolicy", named="QueuesArrivals")["PolicyDocument"]
    (allowed,) = (s for s in statements(policy) if s["Effect"] == "Allow")
    rule = arn_of(plain, "AWS::Events::Rule", "ArrivalsRule")
    assert (allowed["Action"], allowed["Condition"]) == (["sqs:SendMessage"], {"ArnEquals": {"aws:SourceArn": rule}})


def test_the_rule_hears_of_new_objects_in_our_bucket_and_keeps_what_it_cannot_deliver(plain: Synthesized) -> None:
    rule = plain.only("AWS::Events::Rule")
    (target,) = rule["Targets"]
    bucket = {"Ref": plain.name_of("AWS::S3::Bucket", named="StorageBucket")}
    assert rule["EventPattern"] == {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": [bucket]}}}
    assert target["DeadLetterConfig"] == {"Arn": arn_of(plain, "AWS::SQS::Queue", "QueuesDeadArrivals")}


def test_failures_are_told_record_by_record(plain: Synthesized) -> None:
    mappings = plain.of_type("AWS::Lambda::EventSourceMapping").values()
    assert [made["FunctionResponseTypes"] for made in mappings] == [["ReportBatchItemFailures"]] * 2


def test_the_stream_brings_file_rows_only(plain: Synthesized) -> None:
    (wanted,) = mapping(plain, "Changes")["FilterCriteria"]["Filters"]
    assert json.loads(wanted["Pattern"]) == {"dynamodb": {"Keys": {"PK": {"S": [{"prefix": "U#"}]}, "SK": {"S": [{"prefix": "F#"}]}}}}


def test_a_change_that_fails_is_narrowed_down_tried_again_and_then_a_dead_letter(plain: Synthesized) -> None:
    made = mapping(plain, "Changes")
    assert (made["BisectBatchOnFunctionError"], made["MaximumRetryAttempts"], made["MaximumRecordAgeInSeconds"]) == (True, 10, 6 * 3600)
    assert made["DestinationConfig"] == {"OnFailure": {"Destination": arn_of(plain, "AWS::SQS::Queue", "QueuesDeadChanges")}}


def test_no_change_from_before_the_function_was_there_is_lost(plain: Synthesized) -> None:
    assert mapping(plain, "Changes")["StartingPosition"] == "TRIM_HORIZON"


def test_sweeps_that_cannot_start_and_sweeps_that_fail_are_dead_letters(plain: Synthesized) -> None:
    dead = arn_of(plain, "AWS::SQS::Queue", "QueuesDeadSweeps")
    targets = [schedule["Target"] for schedule in plain.of_type("AWS::Scheduler::Schedule").values()]
    failing = plain.only("AWS::Lambda::EventInvokeConfig")["DestinationConfig"]
    assert [target["DeadLetterConfig"] for target in targets] == [{"Arn": dead}] * 2
    assert failing == {"OnFailure": {"Destination": dead}}


def test_all_blobs_are_checked_once_a_day_and_not_by_every_sweep(plain: Synthesized) -> None:
    schedules = plain.of_type("AWS::Scheduler::Schedule").values()
    asked = {schedule["ScheduleExpression"]: json.loads(schedule["Target"]["Input"]) for schedule in schedules}
    assert asked == {"rate(10 minutes)": {"check_blobs": False}, "rate(1 day)": {"check_blobs": True}}


def test_the_schedules_role_starts_the_sweep_and_nothing_else(plain: Synthesized) -> None:
    role = plain.only("AWS::IAM::Role", named="SweepsRole")
    (policy,) = role["Policies"]
    function = arn_of(plain, "AWS::Lambda::Function", "FunctionsscheduleFunction")
    assert [s["Resource"] for s in statements(policy["PolicyDocument"]) if s["Action"] == ["lambda:InvokeFunction"]] == [[function]]


def test_there_is_an_alarm_on_every_queue_of_dead_letters(plain: Synthesized) -> None:
    queues = [{"Fn::GetAtt": [plain.name_of("AWS::SQS::Queue", named=name), "QueueName"]} for name in DEAD]
    watched = [
        dimension["Value"]
        for alarm in plain.of_type("AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Dimensions"]
        if dimension["Name"] == "QueueName"
    ]
    assert watched == queues
