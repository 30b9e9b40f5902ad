"""The search domain."""

from typing import Any

from synthesized import Synthesized, statements


def domain(made: Synthesized) -> dict[str, Any]:
    return made.only("AWS::OpenSearchService::Domain")


def test_what_is_indexed_is_encrypted_at_rest_and_on_every_way(plain: Synthesized) -> None:
    made = domain(plain)
    assert (made["EncryptionAtRestOptions"]["Enabled"], made["NodeToNodeEncryptionOptions"]) == (True, {"Enabled": True})
    assert made["DomainEndpointOptions"] == {"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"}


def test_only_our_own_account_is_let_in_and_its_roles_say_who(plain: Synthesized) -> None:
    (statement,) = statements(domain(plain)["AccessPolicies"])
    assert str(statement["Principal"]["AWS"]).endswith("':root']]}")
    assert [action for action in statement["Action"] if not action.startswith("es:ESHttp")] == []


def test_a_bulk_reaches_no_index_but_the_one_in_its_address(plain: Synthesized) -> None:
    assert domain(plain)["AdvancedOptions"] == {"rest.action.multi.allow_explicit_index": "false"}


def test_errors_and_slow_work_are_logged(plain: Synthesized) -> None:
    assert {kind for kind, made in domain(plain)["LogPublishingOptions"].items() if made["Enabled"]} == {
        "ES_APPLICATION_LOGS",
        "INDEX_SLOW_LOGS",
        "SEARCH_SLOW_LOGS",
    }


def test_one_small_node_is_the_default_and_several_stand_in_two_zones(plain: Synthesized, chosen: Synthesized) -> None:
    clusters = [domain(made)["ClusterConfig"] for made in (plain, chosen)]
    assert [(one["InstanceCount"], one["ZoneAwarenessEnabled"], one.get("DedicatedMasterCount")) for one in clusters] == [
        (1, False, None),
        (2, True, 3),
    ]
