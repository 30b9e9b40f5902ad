"""What is changed for the emulator, and that nothing else is."""

import pytest
from synthesized import Synthesized

from demobackend_local.template import POLICIES, REMOVED, Template, localised

AWS = "http://127.0.0.1:4566"
SEARCH = "http://127.0.0.1:9200"


def statements_of(template: Template) -> list[str]:
    """Every statement of every policy on a bucket, queue or topic, as text."""
    policies = [made["Properties"]["PolicyDocument"] for made in template["Resources"].values() if made["Type"] in POLICIES]
    return [str(statement) for policy in policies for statement in policy["Statement"]]


@pytest.fixture(scope="module")
def local(plain: Synthesized) -> Template:
    return localised(plain.template, endpoint=AWS, search_url=SEARCH, arrival_seconds=1)


def test_every_resource_is_there_but_those_that_the_emulator_lacks(plain: Synthesized, local: Template) -> None:
    gone = plain.template["Resources"].keys() - local["Resources"].keys()
    assert {plain.template["Resources"][name]["Type"] for name in gone} == REMOVED.keys()


def test_nothing_refers_to_what_is_gone(plain: Synthesized, local: Template) -> None:
    gone = plain.template["Resources"].keys() - local["Resources"].keys()
    assert [name for name in gone if f"'{name}'" in str(local)] == []


def test_functions_search_at_the_real_node(local: Template) -> None:
    functions = [made["Properties"] for made in local["Resources"].values() if made["Type"] == "AWS::Lambda::Function"]
    assert {made["Environment"]["Variables"]["DEMOBACKEND_AWS__SEARCH_URL"] for made in functions} == {SEARCH}


def test_functions_find_the_keys_where_the_emulator_publishes_them(local: Template) -> None:
    functions = [made["Properties"] for made in local["Resources"].values() if made["Type"] == "AWS::Lambda::Function"]
    (url,) = {made["Environment"]["Variables"]["DEMOBACKEND_AWS__KEYS_URL"]["Fn::Sub"] for made in functions}
    assert url.startswith(f"{AWS}/${{IdentityPool")


def test_roles_stay_as_they_are_but_for_the_sending_of_mail(plain: Synthesized, local: Template) -> None:
    pairs = [
        (before, after)
        for name, role in plain.of_type("AWS::IAM::Role").items()
        for policy, changed in zip(role.get("Policies", []), local["Resources"][name]["Properties"].get("Policies", []), strict=True)
        for before, after in zip(policy["PolicyDocument"]["Statement"], changed["PolicyDocument"]["Statement"], strict=True)
    ]
    different = [after for before, after in pairs if before["Action"] != after["Action"] or after["Resource"] == "*" != before["Resource"]]
    assert {statement["Action"] for statement in different} == {"ses:SendEmail"}


def test_policies_lose_the_demand_for_tls_and_keep_all_their_other_rules(plain: Synthesized, local: Template) -> None:
    rules, left = (statements_of(made) for made in (plain.template, local))
    assert [rule for rule in rules if rule not in left] == [rule for rule in rules if "SecureTransport" in rule or "TlsVersion" in rule]


def test_arrivals_wait_as_long_as_was_asked_for(local: Template) -> None:
    assert [made["Properties"]["DelaySeconds"] for made in local["Resources"].values() if "DelaySeconds" in made["Properties"]] == [1]


def test_the_template_that_is_deployed_to_aws_stays_as_it_is(plain: Synthesized) -> None:
    before = str(plain.template)
    localised(plain.template, endpoint=AWS, search_url=SEARCH, arrival_seconds=1)
    assert str(plain.template) == before
