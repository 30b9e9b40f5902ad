"""The user pool, its client, the secrets, and mail."""

from typing import Any

from synthesized import SENDER, Synthesized

from demobackend.domain.model.account import MIN_PASSWORD_CHARACTERS
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.session import GRACE
from demobackend.domain.use_cases.users.sign_in import SESSION_LIFE


def pool(made: Synthesized) -> dict[str, Any]:
    return made.only("AWS::Cognito::UserPool")


def client(made: Synthesized) -> dict[str, Any]:
    return made.only("AWS::Cognito::UserPoolClient")


def test_cognito_looks_no_address_up(plain: Synthesized) -> None:
    assert {"UsernameAttributes", "AliasAttributes"} & pool(plain).keys() == set()


def test_people_register_themselves_and_confirm_by_a_code(plain: Synthesized) -> None:
    made = pool(plain)
    assert (made["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"], made["AutoVerifiedAttributes"]) == (False, ["email"])
    assert made["VerificationMessageTemplate"]["DefaultEmailOption"] == "CONFIRM_WITH_CODE"
    assert "{####}" in made["VerificationMessageTemplate"]["EmailMessage"]


def test_passwords_are_as_long_as_ours_and_of_any_characters(plain: Synthesized) -> None:
    policy = pool(plain)["Policies"]["PasswordPolicy"]
    composition = {policy[rule] for rule in ("RequireLowercase", "RequireUppercase", "RequireNumbers", "RequireSymbols")}
    assert (policy["MinimumLength"], composition) == (MIN_PASSWORD_CHARACTERS, {False})


def test_the_pool_cannot_be_deleted_by_one_call_nor_with_the_stack(plain: Synthesized) -> None:
    (resource,) = (resource for resource in plain.template["Resources"].values() if resource["Type"] == "AWS::Cognito::UserPool")
    assert (resource["Properties"]["DeletionProtection"], resource["DeletionPolicy"]) == ("ACTIVE", "Retain")


def test_cognito_sends_mail_through_ses(plain: Synthesized) -> None:
    mail = pool(plain)["EmailConfiguration"]
    assert (mail["EmailSendingAccount"], mail["From"]) == ("DEVELOPER", SENDER)


def test_only_our_functions_sign_people_in(plain: Synthesized) -> None:
    assert (client(plain)["ExplicitAuthFlows"], client(plain)["GenerateSecret"]) == (["ALLOW_ADMIN_USER_PASSWORD_AUTH"], True)


def test_the_client_offers_no_hosted_sign_in(plain: Synthesized) -> None:
    assert client(plain)["AllowedOAuthFlowsUserPoolClient"] is False


def test_nobody_learns_from_cognito_who_has_an_account(plain: Synthesized) -> None:
    assert client(plain)["PreventUserExistenceErrors"] == "ENABLED"


def test_refresh_tokens_turn_over_with_our_grace_and_can_be_revoked(plain: Synthesized) -> None:
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": GRACE.seconds}
    assert (client(plain)["RefreshTokenRotation"], client(plain)["EnableTokenRevocation"]) == (rotation, True)


def test_tokens_live_as_long_as_ours(plain: Synthesized) -> None:
    made = client(plain)
    assert made["TokenValidityUnits"] == dict.fromkeys(("AccessToken", "IdToken", "RefreshToken"), "minutes")
    assert (made["AccessTokenValidity"], made["RefreshTokenValidity"]) == (15, SESSION_LIFE.total_seconds() / 60)


def test_people_may_write_their_address_and_nothing_else(plain: Synthesized) -> None:
    assert client(plain)["WriteAttributes"] == ["email"]


def test_every_role_is_a_group(plain: Synthesized) -> None:
    assert {group["GroupName"] for group in plain.of_type("AWS::Cognito::UserPoolGroup").values()} == set(SiteRole)


def test_threat_protection_comes_with_the_plan_that_has_it(plain: Synthesized, chosen: Synthesized) -> None:
    assert [(pool(made)["UserPoolTier"], pool(made).get("UserPoolAddOns")) for made in (plain, chosen)] == [
        ("ESSENTIALS", None),
        ("PLUS", {"AdvancedSecurityMode": "ENFORCED"}),
    ]


def test_the_clients_secret_goes_from_cognito_to_secrets_manager_and_nowhere_else(plain: Synthesized) -> None:
    name = plain.name_of("AWS::Cognito::UserPoolClient", named="Identity")
    secret = {"Fn::GetAtt": [name, "ClientSecret"]}
    assert plain.only("AWS::SecretsManager::Secret", named="SecretsClient")["SecretString"] == secret
    assert str(plain.template).count("ClientSecret'") == 1


def test_keys_are_made_up_by_secrets_manager_long_enough_for_their_adapter(plain: Synthesized) -> None:
    made = [secret for secret in plain.of_type("AWS::SecretsManager::Secret").values() if "GenerateSecretString" in secret]
    assert {secret["Name"]: secret["GenerateSecretString"]["PasswordLength"] for secret in made} == {
        "demobackend/live/cursor": 64,
        "demobackend/live/refresh_token": 64,
    }
