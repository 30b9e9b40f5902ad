"""Keys, the firewall, alarms: what protects the whole."""

import re
from typing import Any

import pytest
from synthesized import Synthesized, statements

from demobackend_infra.firewall import OVER_THE_LIMIT

LIMIT = 1024 * 1024


def rules(made: Synthesized) -> dict[str, dict[str, Any]]:
    return {rule["Name"]: rule for rule in made.only("AWS::WAFv2::WebACL")["Rules"]}


def test_keys_turn_over_and_outlive_the_stack(plain: Synthesized) -> None:
    keys = [resource for resource in plain.template["Resources"].values() if resource["Type"] == "AWS::KMS::Key"]
    assert [(key["Properties"]["EnableKeyRotation"], key["DeletionPolicy"]) for key in keys] == [(True, "Retain")] * 2


def test_no_key_is_open_to_everybody(plain: Synthesized) -> None:
    policies = [statements(key["KeyPolicy"]) for key in plain.of_type("AWS::KMS::Key").values()]
    assert [s for policy in policies for s in policy if s["Principal"] in ("*", {"AWS": "*"})] == []


def test_services_use_the_key_of_operations_for_our_account_only(plain: Synthesized) -> None:
    policy = statements(plain.only("AWS::KMS::Key", named="KeysOperations")["KeyPolicy"])
    assert [s for s in policy if "Service" in s["Principal"] and not s.get("Condition")] == []


def test_the_firewall_stands_before_the_apis_stage(plain: Synthesized) -> None:
    stage = plain.name_of("AWS::ApiGateway::Stage", named="ApiRest")
    assert stage in str(plain.only("AWS::WAFv2::WebACLAssociation")["ResourceArn"])


def test_the_firewall_knows_large_bodies_floods_and_amazons_rules_in_this_order(plain: Synthesized) -> None:
    assert [rule["Name"] for rule in sorted(rules(plain).values(), key=lambda rule: rule["Priority"])] == [
        "LargeBodies",
        "Floods",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    ]


@pytest.mark.parametrize("size", [0, 9, 999_999, LIMIT - 1, LIMIT])
def test_a_body_up_to_the_limit_passes_the_firewall(size: int) -> None:
    assert re.search(OVER_THE_LIMIT, str(size)) is None


@pytest.mark.parametrize("size", [*range(LIMIT + 1, LIMIT + 200), *(LIMIT + 7**power for power in range(20)), 1_999_999, 10**7, 10**12])
def test_a_body_over_the_limit_is_turned_away(size: int) -> None:
    assert re.search(OVER_THE_LIMIT, str(size))


def test_blocks_of_our_own_say_what_they_mean(plain: Synthesized) -> None:
    blocks = {name: rule["Action"]["Block"]["CustomResponse"] for name, rule in rules(plain).items() if "Action" in rule}
    assert {name: block["ResponseCode"] for name, block in blocks.items()} == {"LargeBodies": 413, "Floods": 429}
    assert blocks["Floods"]["ResponseHeaders"] == [{"Name": "Retry-After", "Value": "60"}]


def test_texts_that_look_like_attacks_may_be_stored_and_searched_for(plain: Synthesized) -> None:
    group = rules(plain)["AWSManagedRulesCommonRuleSet"]["Statement"]["ManagedRuleGroupStatement"]
    counted = {rule["Name"] for rule in group["RuleActionOverrides"] if "Count" in rule["ActionToUse"]}
    assert {"CrossSiteScripting_BODY", "CrossSiteScripting_QUERYARGUMENTS", "GenericLFI_BODY", "SizeRestrictions_BODY"} <= counted


def test_the_firewall_keeps_no_samples_because_they_hold_tokens(plain: Synthesized) -> None:
    acl = plain.only("AWS::WAFv2::WebACL")
    assert {made["VisibilityConfig"]["SampledRequestsEnabled"] for made in [acl, *acl["Rules"]]} == {False}


def test_every_alarm_tells_the_one_topic(plain: Synthesized) -> None:
    topic = {"Ref": plain.name_of("AWS::SNS::Topic", named="AlarmsTopic")}
    alarms = plain.of_type("AWS::CloudWatch::Alarm")
    assert {name for name, alarm in alarms.items() if alarm["AlarmActions"] != [topic]} == set()


def test_no_news_is_no_alarm(plain: Synthesized) -> None:
    assert {alarm["TreatMissingData"] for alarm in plain.of_type("AWS::CloudWatch::Alarm").values()} == {"notBreaching"}


def test_a_refused_token_is_no_alarm_though_lambda_counts_an_error(plain: Synthesized) -> None:
    alarm = plain.only("AWS::CloudWatch::Alarm", named="AlarmsErrorsauthorizer")
    assert (alarm["Namespace"], alarm["MetricName"]) == ("DemoBackend", "Failures")


def test_the_api_the_table_and_the_stream_are_watched(plain: Synthesized) -> None:
    watched = {alarm["MetricName"] for alarm in plain.of_type("AWS::CloudWatch::Alarm").values()}
    assert {"5XXError", "ReadThrottleEvents", "WriteThrottleEvents", "IteratorAge", "Errors", "Throttles"} <= watched


def test_alarms_are_mailed_to_whom_was_chosen(plain: Synthesized, chosen: Synthesized) -> None:
    told = [made.of_type("AWS::SNS::Subscription").values() for made in (plain, chosen)]
    assert [[one["Endpoint"] for one in subscriptions] for subscriptions in told] == [[], ["ops@example.org"]]


def test_the_stack_cannot_be_deleted_by_one_call(plain: Synthesized) -> None:
    assert plain.stack.termination_protection is True
