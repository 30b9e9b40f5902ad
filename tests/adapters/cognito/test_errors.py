"""Every exception that Cognito documents for a call means something, and callers meet nothing but what their port names."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import botocore.session
import pytest
from botocore.model import OperationModel
from tests.adapters.cognito.scripted import POOL, Script, scripted_client, scripted_identity
from tests.adapters.documented import COMMON, operations_called

from demobackend.adapters.cognito.checkup import findings
from demobackend.adapters.cognito.errors import MEANINGS
from demobackend.adapters.cognito.identity_provider import CognitoIdentity
from demobackend.adapters.cognito.token_issuer import CognitoTokenIssuer
from demobackend.adapters.cognito.user_pool import UserPool
from demobackend.domain.model.errors import (
    DomainError,
    InvalidCode,
    InvalidCredentials,
    InvalidInput,
    NotConfirmed,
    NotFound,
    Unauthenticated,
    Unavailable,
)
from demobackend.testing.contracts.identity_provider import ADA, NETWORK, PASSWORD
from demobackend.testing.samples import NOON, sample_account, sample_session

MODEL = botocore.session.get_session().get_service_model("cognito-idp")
SESSION = replace(sample_session(1), grant="grant")
type Act = Callable[[Script], object]


def documented(operation: str) -> list[str]:
    model: OperationModel = MODEL.operation_model(operation)
    return sorted(shape.name for shape in model.error_shapes)


def each_documented() -> list[tuple[str, str]]:
    return [(operation, code) for operation in MEANINGS for code in documented(operation)]


def registered(script: Script) -> CognitoIdentity:
    """Somebody is registered, and only then the script begins."""
    answers, script.answers = script.answers, {}
    provider = scripted_identity(script)
    provider.register(ADA, PASSWORD, None)
    script.answers = answers
    return provider


def register_again(script: Script) -> None:
    registered(script).register(ADA, PASSWORD, None)


def issuer(script: Script) -> CognitoTokenIssuer:
    return CognitoTokenIssuer(scripted_client(script), POOL)


CALLS: dict[str, Act] = {
    "SignUp": lambda script: UserPool(scripted_client(script), POOL).sign_up("user", email="a@b.test", password="long enough"),
    "ConfirmSignUp": lambda script: UserPool(scripted_client(script), POOL).confirm("user", "123456"),
    "ResendConfirmationCode": lambda script: UserPool(scripted_client(script), POOL).resend("user"),
    "AdminInitiateAuth": lambda script: UserPool(scripted_client(script), POOL).sign_in("user", "password"),
    "AdminDeleteUser": lambda script: UserPool(scripted_client(script), POOL).delete("user"),
    "GetTokensFromRefreshToken": lambda script: issuer(script).issue(sample_account(1), SESSION, at=NOON),
    "RevokeToken": lambda script: issuer(script).revoke(SESSION),
    "DescribeUserPool": lambda script: findings(scripted_client(script), POOL),
    "DescribeUserPoolClient": lambda script: findings(scripted_client(script), POOL),
}
PORTS: dict[str, tuple[Act, set[type[DomainError] | None]]] = {
    "SignUp": (lambda script: scripted_identity(script).register(ADA, PASSWORD, None), {InvalidInput, Unavailable}),
    "AdminDeleteUser": (register_again, {None, Unavailable}),
    "ConfirmSignUp": (lambda script: registered(script).confirm(ADA, "123456", network=NETWORK), {InvalidCode, Unavailable}),
    "ResendConfirmationCode": (lambda script: registered(script).resend(ADA), {None, Unavailable}),
    "AdminInitiateAuth": (
        lambda script: registered(script).authenticate(ADA, PASSWORD.value, network=NETWORK),
        {InvalidCredentials, NotConfirmed, Unavailable},
    ),
    "GetTokensFromRefreshToken": (CALLS["GetTokensFromRefreshToken"], {Unauthenticated, Unavailable}),
    "RevokeToken": (CALLS["RevokeToken"], {None, Unavailable}),
    "DescribeUserPool": (CALLS["DescribeUserPool"], {Unavailable}),
    "DescribeUserPoolClient": (CALLS["DescribeUserPoolClient"], {Unavailable}),
}


def refused(operation: str, code: str, message: str = "as scripted") -> Script:
    script = Script()
    script.answer("DescribeUserPool", UserPool={})
    script.refuse(operation, code, message)
    return script


def outcome(act: Act, script: Script) -> type[DomainError] | None:
    try:
        act(script)
    except DomainError as error:
        return type(error)
    return None


def test_every_call_is_in_the_table() -> None:
    assert operations_called("cognito", "cognito-idp") == MEANINGS.keys()


@pytest.mark.parametrize("operation", MEANINGS)
def test_the_table_names_what_is_documented_and_nothing_else(operation: str) -> None:
    assert sorted(MEANINGS[operation]) == documented(operation)


@pytest.mark.parametrize("operation", MEANINGS)
def test_each_row_of_the_table_belongs_to_the_call_that_is_made(operation: str) -> None:
    script = refused(operation, "InternalErrorException")
    with suppress(DomainError):
        CALLS[operation](script)
    assert script.asked[-1][0] == operation


@pytest.mark.parametrize(("operation", "code"), each_documented())
def test_a_documented_exception_comes_out_as_the_table_says(operation: str, code: str) -> None:
    meaning = MEANINGS[operation][code]
    expected = Unavailable if meaning is None else type(meaning())
    shown = outcome(CALLS[operation], refused(operation, code))
    assert shown == (None if operation == "RevokeToken" and expected is NotFound else expected)


@pytest.mark.parametrize(("operation", "code"), each_documented())
def test_a_caller_meets_only_what_its_port_names(operation: str, code: str) -> None:
    act, named = PORTS[operation]
    assert outcome(act, refused(operation, code)) in named


@pytest.mark.parametrize("operation", MEANINGS)
@pytest.mark.parametrize("code", COMMON)
def test_an_exception_that_any_call_may_meet_is_an_outage(operation: str, code: str) -> None:
    assert outcome(PORTS[operation][0], refused(operation, code)) is Unavailable


@pytest.mark.parametrize("operation", ["ConfirmSignUp", "AdminInitiateAuth", "ResendConfirmationCode", "GetTokensFromRefreshToken"])
def test_a_wrong_client_secret_is_an_outage_and_no_wrong_password(operation: str) -> None:
    script = refused(operation, "NotAuthorizedException", "Unable to verify secret hash for client client1")
    assert outcome(PORTS[operation][0], script) is Unavailable


def test_a_wrong_client_secret_locks_nobody_out() -> None:
    script = refused("AdminInitiateAuth", "NotAuthorizedException", "Unable to verify secret hash for client client1")
    provider = registered(script)
    for _ in range(20):
        with pytest.raises(Unavailable):
            provider.authenticate(ADA, PASSWORD.value, network=NETWORK)
    script.refuse("AdminInitiateAuth", "NotAuthorizedException", "Incorrect username or password.")
    with pytest.raises(InvalidCredentials):
        provider.authenticate(ADA, PASSWORD.value, network=NETWORK)


def test_a_lock_of_cognitos_own_looks_like_a_wrong_password() -> None:
    answers = set()
    for message in ("Incorrect username or password.", "Password attempts exceeded", "User is disabled."):
        with pytest.raises(InvalidCredentials) as refusal:
            registered(refused("AdminInitiateAuth", "NotAuthorizedException", message)).authenticate(ADA, "x" * 20, network=NETWORK)
        answers.add(str(refusal.value))
    assert len(answers) == 1


@pytest.mark.parametrize("challenge", ["NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA", "SMS_MFA", "MFA_SETUP", "SELECT_MFA_TYPE"])
def test_a_challenge_looks_like_a_wrong_password(challenge: str) -> None:
    script = Script()
    script.answer("AdminInitiateAuth", ChallengeName=challenge, Session="session", ChallengeParameters={})
    assert outcome(PORTS["AdminInitiateAuth"][0], script) is InvalidCredentials
