"""The calls that register people and prove who they are, each with its errors in domain words."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from demobackend.adapters.cognito.errors import calling
from demobackend.adapters.cognito.passwords import for_cognito
from demobackend.adapters.cognito.pool import CognitoPool
from demobackend.adapters.cognito.sessions import Granted, granted
from demobackend.domain.model.errors import InvalidCredentials, Unavailable

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_cognito_idp.type_defs import (
        AuthenticationResultTypeTypeDef,
        ConfirmSignUpRequestTypeDef,
        ResendConfirmationCodeRequestTypeDef,
        SignUpRequestTypeDef,
    )

_LOG = logging.getLogger("demobackend.aws")


@dataclass(frozen=True, slots=True)
class UserPool:
    """One call per method. Every method raises `Unavailable`."""

    client: "CognitoIdentityProviderClient"
    pool: CognitoPool

    def sign_up(self, username: str, *, email: str, password: str) -> None:
        """Add an unconfirmed user; Cognito mails a code. Raises `AlreadyExists`, `InvalidInput`."""
        request: SignUpRequestTypeDef = {
            "ClientId": self.pool.client_id,
            "Username": username,
            "Password": for_cognito(password),
            "UserAttributes": [{"Name": "email", "Value": email}],
        }
        if secret_hash := self.pool.secret_hash(username):
            request["SecretHash"] = secret_hash
        with calling("SignUp"):
            self.client.sign_up(**request)

    def confirm(self, username: str, code: str) -> None:
        """Redeem a code of six digits. Raises `InvalidCode`, for unknown users too."""
        request: ConfirmSignUpRequestTypeDef = {"ClientId": self.pool.client_id, "Username": username, "ConfirmationCode": code}
        if secret_hash := self.pool.secret_hash(username):
            request["SecretHash"] = secret_hash
        with calling("ConfirmSignUp"):
            self.client.confirm_sign_up(**request)

    def resend(self, username: str) -> None:
        """Mail another code. Raises `NotFound` for confirmed users, `LimitExceeded`; for unknown users Cognito pretends."""
        request: ResendConfirmationCodeRequestTypeDef = {"ClientId": self.pool.client_id, "Username": username}
        if secret_hash := self.pool.secret_hash(username):
            request["SecretHash"] = secret_hash
        with calling("ResendConfirmationCode"):
            self.client.resend_confirmation_code(**request)

    def sign_in(self, username: str, password: str) -> Granted:
        """Return the tokens that a password opens. Raises `InvalidCredentials`, `NotConfirmed` whatever the password.

        A challenge after the right password (a second factor, a password that an operator set) is nothing that a caller here can
        answer yet: `InvalidCredentials`, and a line in the log.
        """
        parameters = {"USERNAME": username, "PASSWORD": for_cognito(password)}
        if secret_hash := self.pool.secret_hash(username):
            parameters["SECRET_HASH"] = secret_hash
        with calling("AdminInitiateAuth"):
            answer = self.client.admin_initiate_auth(
                UserPoolId=self.pool.user_pool_id,
                ClientId=self.pool.client_id,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters=parameters,
            )
        result = cast("AuthenticationResultTypeTypeDef | None", answer.get("AuthenticationResult"))  # the stub has it always there
        if result is None:
            if "ChallengeName" not in answer:  # cut off: to take it for a wrong password would be a lie
                raise Unavailable
            _LOG.warning("a sign-in was challenged", extra={"challenge": answer.get("ChallengeName")})
            raise InvalidCredentials
        return granted(result)

    def delete(self, username: str) -> None:
        """Delete a user. Raises `NotFound`."""
        with calling("AdminDeleteUser"):
            self.client.admin_delete_user(UserPoolId=self.pool.user_pool_id, Username=username)
