"""What is sent to Cognito: the client's proof, passwords in a form that it takes, addresses in canonical form."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.cognito.scripted import POOL, Script, scripted_client

from demobackend.adapters.cognito.passwords import for_cognito
from demobackend.adapters.cognito.pool import CognitoPool
from demobackend.adapters.cognito.user_pool import UserPool
from demobackend.domain.model.errors import InvalidCredentials

HASH_OF_USER = "dkRTCACrsqvCyCbtw4a+W/1aOlDbeOD6IV1/PepA8Cw="  # openssl dgst -sha256 -hmac <secret> -binary
ODD = (" leading", "trailing ", "\ttab", "new\nline", "nul\0", "line\u2028", "", "x" * 129, "sha256:forged", "zero\u200bwidth", "\ud800")


def test_the_secret_hash_is_the_documented_one() -> None:
    assert POOL.secret_hash("user") == HASH_OF_USER


def test_a_client_without_a_secret_proves_nothing() -> None:
    public = CognitoPool(user_pool_id="p", client_id="c", client_secret=None, issuer="i")
    script = Script()
    UserPool(scripted_client(script), public).confirm("user", "123456")
    assert script.asked == [("ConfirmSignUp", {"ClientId": "c", "Username": "user", "ConfirmationCode": "123456"})]


def test_a_pool_does_not_show_its_secret() -> None:
    assert str(POOL.client_secret) not in repr(POOL)


def test_every_call_that_names_a_user_carries_the_secret_hash() -> None:
    script = Script()
    pool = UserPool(scripted_client(script), POOL)
    script.refuse("AdminInitiateAuth", "NotAuthorizedException")
    pool.sign_up("user", email="a@b.test", password="long enough")
    pool.confirm("user", "123456")
    pool.resend("user")
    with pytest.raises(InvalidCredentials):
        pool.sign_in("user", "password")
    proofs = [asked.get("SecretHash") or asked["AuthParameters"]["SECRET_HASH"] for _, asked in script.asked]  # type: ignore[index]  # JSON
    assert proofs == [HASH_OF_USER] * 4


@pytest.mark.parametrize("password", ["correct horse battery staple", "p4ss-W0RD!", "пароль пароль", "😀" * 128, "é" * 128, "a"])
def test_an_ordinary_password_goes_as_it_is(password: str) -> None:
    assert for_cognito(password) == password


@pytest.mark.parametrize("password", ODD)
def test_a_password_that_cognito_would_refuse_goes_in_another_form(password: str) -> None:
    sent = for_cognito(password)
    assert sent != password
    assert len(sent) == 50
    assert sent.isascii() and sent.isprintable() and " " not in sent


@given(st.lists(st.one_of(st.text(), st.sampled_from(ODD)), unique=True, max_size=20))
def test_no_two_passwords_are_sent_alike(passwords: list[str]) -> None:
    again = [for_cognito(password) for password in passwords]  # what one password becomes may be another password
    sent = [for_cognito(password) for password in [*passwords, *again]]
    kept = [*passwords, *again]
    for (left, sent_left), (right, sent_right) in itertools.combinations(zip(kept, sent, strict=True), 2):
        assert (left == right) == (sent_left == sent_right)
