"""The checkup names each setting that is off, and none that is right."""

from copy import deepcopy
from dataclasses import replace

import pytest
from tests.adapters.cognito.scripted import POOL, Script, scripted_client

from demobackend.adapters.cognito.checkup import findings
from demobackend.adapters.cognito.pool import CognitoPool

USER_POOL: dict[str, object] = {
    "DeletionProtection": "ACTIVE",
    "AutoVerifiedAttributes": ["email"],
    "Policies": {"PasswordPolicy": {"MinimumLength": 12}},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False},
    "MfaConfiguration": "OFF",
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
    "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"},
}
CLIENT: dict[str, object] = {
    "PreventUserExistenceErrors": "ENABLED",
    "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    "ClientSecret": POOL.client_secret,
    "EnableTokenRevocation": True,
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 60},
    "AccessTokenValidity": 15,
    "RefreshTokenValidity": 30,
    "TokenValidityUnits": {"AccessToken": "minutes", "RefreshToken": "days"},
}
POLICY = "Policies"
WRONG_POOLS = [
    ("DeletionProtection", "INACTIVE", "DeletionProtection"),
    ("AutoVerifiedAttributes", [], "AutoVerifiedAttributes"),
    ("UsernameAttributes", ["email"], "UsernameAttributes"),
    ("AliasAttributes", ["email"], "AliasAttributes"),
    ("AdminCreateUserConfig", {"AllowAdminCreateUserOnly": True}, "AllowAdminCreateUserOnly"),
    ("MfaConfiguration", "ON", "MfaConfiguration"),
    ("VerificationMessageTemplate", {"DefaultEmailOption": "CONFIRM_WITH_LINK"}, "CONFIRM_WITH_CODE"),
    ("EmailConfiguration", {"EmailSendingAccount": "COGNITO_DEFAULT"}, "DEVELOPER"),
    (POLICY, {"PasswordPolicy": {"MinimumLength": 8}}, "MinimumLength"),
    (POLICY, {"PasswordPolicy": {"MinimumLength": 16}}, "MinimumLength"),
    (POLICY, {"PasswordPolicy": {"MinimumLength": 12, "RequireUppercase": True}}, "RequireUppercase"),
    (POLICY, {"PasswordPolicy": {"MinimumLength": 12, "RequireLowercase": True}}, "RequireLowercase"),
    (POLICY, {"PasswordPolicy": {"MinimumLength": 12, "RequireNumbers": True}}, "RequireNumbers"),
    (POLICY, {"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": True}}, "RequireSymbols"),
]
WRONG_CLIENTS = [
    ("PreventUserExistenceErrors", "LEGACY", "PreventUserExistenceErrors"),
    ("ExplicitAuthFlows", ["ALLOW_USER_PASSWORD_AUTH"], "ALLOW_ADMIN_USER_PASSWORD_AUTH"),
    ("ExplicitAuthFlows", ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], "alone"),
    ("ExplicitAuthFlows", [], "the default"),
    ("WriteAttributes", ["name"], "WriteAttributes"),
    ("ClientSecret", "", "GenerateSecret"),
    ("ClientSecret", "s" * 40, "store it anew"),
    ("EnableTokenRevocation", False, "EnableTokenRevocation"),
    ("RefreshTokenRotation", {"Feature": "DISABLED"}, "RefreshTokenRotation"),
    ("RefreshTokenRotation", {"Feature": "ENABLED"}, "RetryGracePeriodSeconds"),
    ("RefreshTokenRotation", {"Feature": "ENABLED", "RetryGracePeriodSeconds": 9}, "RetryGracePeriodSeconds"),
    ("AccessTokenValidity", 61, "AccessTokenValidity"),
    ("RefreshTokenValidity", 29, "RefreshTokenValidity"),
    ("TokenValidityUnits", {"AccessToken": "hours", "RefreshToken": "days"}, "AccessTokenValidity"),
    ("TokenValidityUnits", {"AccessToken": "minutes", "RefreshToken": "hours"}, "RefreshTokenValidity"),
]


def found(user_pool: dict[str, object], client: dict[str, object], pool: CognitoPool = POOL) -> list[str]:
    script = Script()
    script.answer("DescribeUserPool", UserPool=user_pool)
    script.answer("DescribeUserPoolClient", UserPoolClient=client)
    return findings(scripted_client(script), pool)


def test_the_settings_of_production_have_no_findings() -> None:
    assert found(deepcopy(USER_POOL), deepcopy(CLIENT)) == []


@pytest.mark.parametrize(("name", "value", "word"), WRONG_POOLS)
def test_a_wrong_setting_of_the_pool_is_found_alone(name: str, value: object, word: str) -> None:
    (finding,) = found({**USER_POOL, name: value}, CLIENT)
    assert word in finding


@pytest.mark.parametrize(("name", "value", "word"), WRONG_CLIENTS)
def test_a_wrong_setting_of_the_client_is_found_alone(name: str, value: object, word: str) -> None:
    (finding,) = found(USER_POOL, {**CLIENT, name: value})
    assert word in finding


def test_a_secret_that_is_not_at_hand_is_not_compared() -> None:
    assert found(USER_POOL, CLIENT, replace(POOL, client_secret=None)) == []


def test_settings_left_to_cognitos_defaults_are_judged_too() -> None:
    told = " ".join(found({}, {}))
    for word in ("DeletionProtection", "AutoVerifiedAttributes", "MinimumLength", "PreventUserExistenceErrors", "RefreshTokenRotation"):
        assert word in told


def test_no_finding_shows_the_secret() -> None:
    assert str(POOL.client_secret) not in " ".join(found({}, {**CLIENT, "ClientSecret": "s" * 40}))
