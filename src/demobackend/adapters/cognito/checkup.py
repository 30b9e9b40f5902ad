"""What is off with a user pool and our app client in it, and how to mend it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from demobackend.adapters.botocore_errors import whole_answer
from demobackend.adapters.cognito.errors import calling
from demobackend.adapters.cognito.pool import CognitoPool
from demobackend.domain.model.account import MIN_PASSWORD_CHARACTERS
from demobackend.domain.model.session import GRACE
from demobackend.domain.use_cases.users.sign_in import SESSION_LIFE

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_cognito_idp.type_defs import UserPoolClientTypeTypeDef, UserPoolTypeTypeDef

_FLOWS = {"ALLOW_ADMIN_USER_PASSWORD_AUTH"}
_CHARACTER_RULES = ("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols")
_LONGEST_ACCESS = timedelta(hours=1)
_UNITS = {"seconds": timedelta(seconds=1), "minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}


def findings(client: "CognitoIdentityProviderClient", pool: CognitoPool) -> list[str]:
    """Return a sentence for each setting that is not as it must be; two calls. A pool that comes with our copy of the client's secret
    has it compared. Raises `Unavailable`."""
    with calling("DescribeUserPool"), whole_answer():
        described = client.describe_user_pool(UserPoolId=pool.user_pool_id)["UserPool"]
    with calling("DescribeUserPoolClient"), whole_answer():
        app = client.describe_user_pool_client(UserPoolId=pool.user_pool_id, ClientId=pool.client_id)["UserPoolClient"]
    return [*_of_pool(described), *_of_password_policy(described), *_of_client(app, pool), *_of_tokens(app)]


def _of_pool(pool: "UserPoolTypeTypeDef") -> Iterator[str]:
    if pool.get("DeletionProtection") != "ACTIVE":
        yield "The user pool can be deleted by one call: set DeletionProtection to ACTIVE."
    if "email" not in pool.get("AutoVerifiedAttributes", []):
        yield "The user pool mails no codes: add email to AutoVerifiedAttributes."
    if pool.get("UsernameAttributes") or pool.get("AliasAttributes"):
        yield "The user pool looks addresses up itself: create one without UsernameAttributes and AliasAttributes."
    if pool.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly"):
        yield "Nobody can register: set AdminCreateUserConfig.AllowAdminCreateUserOnly to false."
    if pool.get("MfaConfiguration") == "ON":
        yield "Every sign-in is asked for a second factor, which is not supported yet: set MfaConfiguration to OFF."
    if pool.get("VerificationMessageTemplate", {}).get("DefaultEmailOption", "CONFIRM_WITH_CODE") != "CONFIRM_WITH_CODE":
        yield "The user pool mails links: set VerificationMessageTemplate.DefaultEmailOption to CONFIRM_WITH_CODE."
    if pool.get("EmailConfiguration", {}).get("EmailSendingAccount") != "DEVELOPER":
        yield "The user pool sends a few mails a day only: set EmailConfiguration to send through SES (DEVELOPER)."


def _of_password_policy(pool: "UserPoolTypeTypeDef") -> Iterator[str]:
    policy = pool.get("Policies", {}).get("PasswordPolicy", {})
    if policy.get("MinimumLength") != MIN_PASSWORD_CHARACTERS:
        yield f"The user pool's shortest password is not ours: set MinimumLength to {MIN_PASSWORD_CHARACTERS}."
    stricter = [rule for rule in _CHARACTER_RULES if dict(policy).get(rule)]
    if stricter:
        yield f"The user pool refuses passwords that we accept: switch {', '.join(stricter)} off."


def _of_client(app: "UserPoolClientTypeTypeDef", pool: CognitoPool) -> Iterator[str]:
    if app.get("PreventUserExistenceErrors") != "ENABLED":
        yield "The app client tells who has an account: set PreventUserExistenceErrors to ENABLED."
    flows = set(app.get("ExplicitAuthFlows", []))
    if flows != _FLOWS:
        yield f"The app client's ExplicitAuthFlows are {', '.join(sorted(flows)) or 'the default'}: set {', '.join(_FLOWS)} alone."
    writable = app.get("WriteAttributes")  # none stands for every standard attribute
    if writable and "email" not in writable:
        yield "The app client cannot set addresses: add email to WriteAttributes."
    secret = app.get("ClientSecret")
    if not secret:
        yield "The app client has no secret, so that anybody may register past us: create one with GenerateSecret."
    elif pool.client_secret is not None and secret != pool.client_secret:
        yield "The app client's secret is not the one in our settings: store it anew."


def _of_tokens(app: "UserPoolClientTypeTypeDef") -> Iterator[str]:
    if not app.get("EnableTokenRevocation"):
        yield "Access tokens name no session: set EnableTokenRevocation to true on the app client."
    rotation = app.get("RefreshTokenRotation")
    if rotation is None or rotation["Feature"] != "ENABLED":
        yield "Refresh tokens are not rotated: set RefreshTokenRotation.Feature to ENABLED on the app client."
    elif rotation.get("RetryGracePeriodSeconds", 0) < GRACE.seconds:
        yield f"A lost answer ends a session: set RetryGracePeriodSeconds to at least {GRACE.seconds} on the app client."
    units = app.get("TokenValidityUnits", {})
    if _life(app.get("AccessTokenValidity", 1), units, "AccessToken", "hours") > _LONGEST_ACCESS:
        yield "Access tokens live for more than an hour: lower AccessTokenValidity on the app client."
    if _life(app.get("RefreshTokenValidity", 30), units, "RefreshToken", "days") < SESSION_LIFE:
        yield f"Refresh tokens end before sessions do: set RefreshTokenValidity to at least {SESSION_LIFE.days} days on the app client."


def _life(number: int, units: Mapping[str, object], token: str, default: str) -> timedelta:
    return number * _UNITS[str(units.get(token, default))]
