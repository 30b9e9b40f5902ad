"""User pools as production has them, made on an emulator."""

from contextlib import ExitStack
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.servers.ministack import Ministack

from demobackend.adapters.cognito.pool import CognitoPool
from demobackend.domain.model.account import MIN_PASSWORD_CHARACTERS
from demobackend.testing.races import CALLERS

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_cognito_idp.type_defs import UserPoolClientTypeTypeDef

_SENDING = "arn:aws:ses:us-east-1:000000000000:identity/example.test"


def cognito_client(server: Ministack) -> "CognitoIdentityProviderClient":
    """The client, with a connection for each caller in a race."""
    client: CognitoIdentityProviderClient = server.client("cognito-idp", connections=CALLERS)
    return client


def new_pool(server: Ministack, cleanup: ExitStack) -> CognitoPool:
    """A pool with nobody in it, deleted by the clean-up."""
    client = cognito_client(server)
    pool = create_pool(client, f"pool-{uuid4().hex}")
    cleanup.callback(client.delete_user_pool, UserPoolId=pool.user_pool_id)
    return pool


def sender_of(server: Ministack, pool: CognitoPool) -> str:
    """The address that the pool's mails come from."""
    described = cognito_client(server).describe_user_pool(UserPoolId=pool.user_pool_id)["UserPool"]
    return described["EmailConfiguration"]["From"]


def keys_url(server: Ministack, pool: CognitoPool) -> str:
    """Where an emulator publishes a pool's keys: on AWS that is beside the issuer."""
    return f"{server.endpoint}/{pool.user_pool_id}/.well-known/jwks.json"


def create_pool(client: "CognitoIdentityProviderClient", name: str) -> CognitoPool:
    """A user pool and its app client with the settings of production, but for the protection against deletion.

    Its mails come from `<name>@example.test`, which tells them from those of other pools.
    """
    pool_id = client.create_user_pool(
        PoolName=name,
        AutoVerifiedAttributes=["email"],
        Policies={
            "PasswordPolicy": {
                "MinimumLength": MIN_PASSWORD_CHARACTERS,
                "RequireUppercase": False,
                "RequireLowercase": False,
                "RequireNumbers": False,
                "RequireSymbols": False,
            }
        },
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": False},
        MfaConfiguration="OFF",
        EmailConfiguration={"EmailSendingAccount": "DEVELOPER", "SourceArn": _SENDING, "From": f"{name}@example.test"},
        VerificationMessageTemplate={
            "DefaultEmailOption": "CONFIRM_WITH_CODE",
            "EmailSubject": "Your confirmation code",
            "EmailMessage": "Your confirmation code is {####}. If you did not ask for it, ignore this mail.",
        },
    )["UserPool"]["Id"]
    app = _create_app(client, pool_id)
    return CognitoPool(
        user_pool_id=pool_id,
        client_id=app["ClientId"],
        client_secret=app["ClientSecret"],
        issuer=f"https://cognito-idp.{client.meta.region_name}.amazonaws.com/{pool_id}",
    )


def _create_app(client: "CognitoIdentityProviderClient", pool_id: str) -> "UserPoolClientTypeTypeDef":
    return client.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="api",
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
        PreventUserExistenceErrors="ENABLED",
        EnableTokenRevocation=True,
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 60},
        AccessTokenValidity=15,
        RefreshTokenValidity=30,
        TokenValidityUnits={"AccessToken": "minutes", "RefreshToken": "days"},
    )["UserPoolClient"]
