"""How often each method calls Cognito, and that it calls for unknown addresses as it does for known ones."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from tests.adapters.cognito.scripted import CODE, Script, scripted_identity

from demobackend.adapters.cognito.identity_provider import CognitoIdentity
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import DomainError, InvalidCode, InvalidCredentials, Locked, Unavailable
from demobackend.testing.contracts.identity_provider import ADA, NETWORK, NOBODY, PASSWORD


@pytest.fixture
def identity(script: Script) -> CognitoIdentity:
    return scripted_identity(script)


def register(identity: CognitoIdentity) -> None:
    identity.register(ADA, PASSWORD, None)


def confirm(identity: CognitoIdentity) -> None:
    identity.confirm(ADA, CODE, network=NETWORK)


def calls(script: Script, act: Callable[[], object]) -> list[str]:
    """The operations that this asks for, refused or not."""
    script.asked.clear()
    with suppress(DomainError):
        act()
    return [operation for operation, _ in script.asked]


def test_each_way_through_registration_has_its_calls(identity: CognitoIdentity, script: Script) -> None:
    assert calls(script, lambda: register(identity)) == ["SignUp"]
    assert calls(script, lambda: register(identity)) == ["AdminDeleteUser", "SignUp"]
    assert calls(script, lambda: identity.resend(ADA)) == ["ResendConfirmationCode"]
    assert calls(script, lambda: confirm(identity)) == ["ConfirmSignUp"]
    assert calls(script, lambda: register(identity)) == []
    assert calls(script, lambda: identity.authenticate(ADA, PASSWORD.value, network=NETWORK)) == ["AdminInitiateAuth"]


@pytest.mark.parametrize("email", [ADA, NOBODY], ids=["known", "unknown"])
def test_an_unknown_address_costs_the_calls_of_a_known_one(identity: CognitoIdentity, script: Script, email: EmailAddress) -> None:
    script.refuse("ConfirmSignUp", "CodeMismatchException")
    script.refuse("AdminInitiateAuth", "NotAuthorizedException", "Incorrect username or password.")
    register(identity)
    assert calls(script, lambda: identity.resend(email)) == ["ResendConfirmationCode"]
    for code in (CODE, "no code"):
        assert calls(script, partial(identity.confirm, email, code, network=NETWORK)) == ["ConfirmSignUp"]
    assert calls(script, lambda: identity.authenticate(email, "x", network=NETWORK)) == ["AdminInitiateAuth"]


def test_nobody_is_asked_about_by_a_new_name_each_time(identity: CognitoIdentity, script: Script) -> None:
    for _ in range(3):
        identity.resend(NOBODY)
    assert len({asked["Username"] for _, asked in script.asked}) == 3


def test_a_locked_address_costs_no_call(identity: CognitoIdentity, script: Script) -> None:
    script.refuse("AdminInitiateAuth", "NotAuthorizedException", "Incorrect username or password.")
    for _ in range(30):
        with pytest.raises((InvalidCredentials, Locked)):
            identity.authenticate(NOBODY, "x", network=NETWORK)
    script.asked.clear()
    with pytest.raises(Locked):
        identity.authenticate(NOBODY, "x", network=NETWORK)
    assert script.asked == []


def test_a_code_that_cognito_did_not_send_gives_no_new_tries(identity: CognitoIdentity, script: Script) -> None:
    register(identity)
    script.refuse("ConfirmSignUp", "CodeMismatchException")
    script.refuse("ResendConfirmationCode", "LimitExceededException")
    for _ in range(5):
        with pytest.raises(InvalidCode):
            confirm(identity)
    identity.resend(ADA)
    del script.answers["ConfirmSignUp"]
    with pytest.raises(InvalidCode):
        confirm(identity)


def test_a_try_is_taken_before_cognito_is_asked(identity: CognitoIdentity, script: Script) -> None:
    register(identity)
    script.refuse("ConfirmSignUp", "InternalErrorException")
    for _ in range(5):
        with pytest.raises(Unavailable):
            confirm(identity)
    del script.answers["ConfirmSignUp"]
    with pytest.raises(InvalidCode):
        confirm(identity)
