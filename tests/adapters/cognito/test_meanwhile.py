"""What happens at the same time as a call of Cognito, at the worst moment."""

import pytest
from tests.adapters.cognito.scripted import CODE, Script, scripted_identity

from demobackend.adapters.cognito.identity_provider import CognitoIdentity
from demobackend.domain.model.account import AccountStatus
from demobackend.domain.model.errors import InvalidCode, Unavailable
from demobackend.testing.contracts.identity_provider import ADA, NETWORK, OTHER_PASSWORD, PASSWORD


@pytest.fixture
def identity(script: Script) -> CognitoIdentity:
    """With somebody who waits for a code."""
    provider = scripted_identity(script)
    provider.register(ADA, PASSWORD, None)
    return provider


def status(identity: CognitoIdentity) -> AccountStatus:
    return identity.authenticate(ADA, PASSWORD.value, network=NETWORK).account.status


def test_a_code_whose_user_is_replaced_meanwhile_confirms_nothing(identity: CognitoIdentity, script: Script) -> None:
    script.meanwhile["ConfirmSignUp"] = lambda: identity.register(ADA, OTHER_PASSWORD, None)
    with pytest.raises(InvalidCode):
        identity.confirm(ADA, CODE, network=NETWORK)
    script.asked.clear()
    identity.register(ADA, PASSWORD, None)
    assert [operation for operation, _ in script.asked] == ["AdminDeleteUser", "SignUp"]


def test_a_code_counts_although_another_try_was_made_meanwhile(identity: CognitoIdentity, script: Script) -> None:
    def fail() -> None:
        script.refuse("ConfirmSignUp", "CodeMismatchException")
        with pytest.raises(InvalidCode):
            identity.confirm(ADA, "000000", network=NETWORK)
        del script.answers["ConfirmSignUp"]

    script.meanwhile["ConfirmSignUp"] = fail
    identity.confirm(ADA, CODE, network=NETWORK)
    assert_confirmed(identity, script)


def test_a_code_counts_although_another_was_sent_meanwhile(identity: CognitoIdentity, script: Script) -> None:
    script.meanwhile["ConfirmSignUp"] = lambda: identity.resend(ADA)
    identity.confirm(ADA, CODE, network=NETWORK)
    assert_confirmed(identity, script)


def test_a_code_counts_although_its_owner_signed_in_meanwhile(identity: CognitoIdentity, script: Script) -> None:
    script.meanwhile["ConfirmSignUp"] = lambda: identity.authenticate(ADA, PASSWORD.value, network=NETWORK)
    identity.confirm(ADA, CODE, network=NETWORK)
    assert_confirmed(identity, script)


def test_a_sign_in_counts_although_its_code_was_noted_meanwhile(identity: CognitoIdentity, script: Script) -> None:
    script.meanwhile["AdminInitiateAuth"] = lambda: identity.confirm(ADA, CODE, network=NETWORK)
    assert status(identity) is AccountStatus.CONFIRMED


def test_a_sign_in_whose_user_is_replaced_meanwhile_is_tried_again(identity: CognitoIdentity, script: Script) -> None:
    script.meanwhile["AdminInitiateAuth"] = lambda: identity.register(ADA, OTHER_PASSWORD, None)
    with pytest.raises(Unavailable):
        identity.authenticate(ADA, PASSWORD.value, network=NETWORK)


def test_a_code_that_is_sent_while_a_try_is_made_has_all_its_tries(identity: CognitoIdentity, script: Script) -> None:
    def fail() -> None:
        script.refuse("ConfirmSignUp", "CodeMismatchException")
        with pytest.raises(InvalidCode):
            identity.confirm(ADA, "000000", network=NETWORK)

    script.meanwhile["ResendConfirmationCode"] = fail
    identity.resend(ADA)
    for _ in range(4):
        with pytest.raises(InvalidCode):
            identity.confirm(ADA, "000000", network=NETWORK)
    del script.answers["ConfirmSignUp"]
    identity.confirm(ADA, CODE, network=NETWORK)


def test_two_registrations_at_once_both_come_to_an_end(identity: CognitoIdentity, script: Script) -> None:
    script.meanwhile["AdminDeleteUser"] = lambda: identity.register(ADA, OTHER_PASSWORD, None)
    identity.register(ADA, PASSWORD, None)
    identity.confirm(ADA, CODE, network=NETWORK)
    assert_confirmed(identity, script)


def test_a_name_that_stays_taken_is_an_outage_that_the_next_registration_mends(identity: CognitoIdentity, script: Script) -> None:
    script.refuse("SignUp", "UsernameExistsException")
    with pytest.raises(Unavailable):
        identity.register(ADA, PASSWORD, None)
    del script.answers["SignUp"]
    identity.register(ADA, PASSWORD, None)
    identity.confirm(ADA, CODE, network=NETWORK)


def assert_confirmed(identity: CognitoIdentity, script: Script) -> None:
    """Registering is answered by a letter, no longer by a user."""
    script.asked.clear()
    identity.register(ADA, PASSWORD, None)
    assert script.asked == []
