"""The list of permissions, and the roles that are made of it."""

import subprocess
import sys
from pathlib import Path

from synthesized import Synthesized, statements

from demobackend_infra import permissions
from demobackend_infra.functions import SIZES
from demobackend_infra.permissions import OWN_CODE, PERMISSIONS, Grant, Resource

GRANTS = [(function, grant) for function, grants in PERMISSIONS.items() for grant in grants]
KEYS = {Resource.DATA_KEY, Resource.OPERATIONS_KEY}


def test_every_function_has_its_permissions() -> None:
    assert PERMISSIONS.keys() == SIZES.keys()


def test_every_action_is_named_in_full() -> None:
    assert [(function, action) for function, grant in GRANTS for action in grant.actions if "*" in action] == []


def test_no_action_is_listed_twice_for_one_resource() -> None:
    listed = [(function, grant.resource, grant.caller, action) for function, grant in GRANTS for action in grant.actions]
    assert sorted({entry for entry in listed if listed.count(entry) > 1}) == []


def test_keys_are_used_through_services_only() -> None:
    assert {grant.caller for _, grant in GRANTS if grant.resource in KEYS} == {"dynamodb", "s3", "secretsmanager", "sqs"}


def test_the_one_action_without_a_resource_is_one_that_has_none() -> None:
    assert [grant for _, grant in GRANTS if grant.resource is Resource.NO_RESOURCE] == [
        Grant(("dynamodb:ListStreams",), Resource.NO_RESOURCE, "lambda")
    ]


def test_no_function_may_delete_versions_tables_or_users_data_for_good() -> None:
    own = {action for _, grant in GRANTS if grant.caller == OWN_CODE for action in grant.actions}
    assert own & {"dynamodb:DeleteTable", "s3:DeleteBucket", "s3:DeleteObjectVersion", "cognito-idp:DeleteUserPool"} == set()


def test_the_list_needs_the_standard_library_only() -> None:
    probe = "import runpy, sys; runpy.run_path(sys.argv[1]); print([m for m in sys.modules if m.startswith(('aws_cdk', 'jsii'))])"
    command = [sys.executable, "-I", "-S", "-c", probe, str(Path(permissions.__file__))]
    assert subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout == "[]\n"


def test_each_role_allows_its_list_and_nothing_else(plain: Synthesized) -> None:
    allowed = {function: _actions(plain, function) for function in PERMISSIONS}
    listed = {function: sorted(action for grant in grants for action in grant.actions) for function, grants in PERMISSIONS.items()}
    assert allowed == listed


def test_a_function_has_the_role_that_was_made_for_it(plain: Synthesized) -> None:
    roles = {function: _function(plain, function)["Role"] for function in PERMISSIONS}
    assert roles == {function: {"Fn::GetAtt": [_role_name(plain, function), "Arn"]} for function in PERMISSIONS}


def test_no_policy_is_attached_beside_the_roles_own(plain: Synthesized) -> None:
    attached = {name: role["ManagedPolicyArns"] for name, role in plain.of_type("AWS::IAM::Role").items() if "ManagedPolicyArns" in role}
    assert (list(plain.of_type("AWS::IAM::Policy")), [name.startswith("ApiRestCloudWatchRole") for name in attached]) == ([], [True])


def test_a_key_is_open_to_a_role_through_the_service_only(plain: Synthesized) -> None:
    for role in plain.of_type("AWS::IAM::Role").values():
        for policy in role.get("Policies", []):
            for statement in statements(policy["PolicyDocument"]):
                if statement["Action"][0].startswith("kms:"):
                    assert list(statement["Condition"]["StringEquals"]) == ["kms:ViaService"]


def _function(plain: Synthesized, function: str) -> dict[str, object]:
    return plain.only("AWS::Lambda::Function", named=f"Functions{function.replace('_', '')}Function")


def _role_name(plain: Synthesized, function: str) -> str:
    return plain.name_of("AWS::IAM::Role", named=f"Functions{function.replace('_', '')}Role")


def _actions(plain: Synthesized, function: str) -> list[str]:
    role = plain.of_type("AWS::IAM::Role")[_role_name(plain, function)]
    (policy,) = role["Policies"]
    return sorted(action for statement in statements(policy["PolicyDocument"]) for action in statement["Action"])
