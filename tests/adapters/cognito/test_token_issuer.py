"""Renewed and revoked tokens: what becomes of Cognito's answers."""

import base64
import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.adapters.cognito.scripted import POOL, Script, scripted_client

from demobackend.adapters.cognito.token_issuer import CognitoTokenIssuer
from demobackend.domain.model.errors import Unauthenticated, Unavailable
from demobackend.testing.samples import NOON, sample_account, sample_session

ACCOUNT = sample_account(1)
SESSION = replace(sample_session(1), user_id=ACCOUNT.id, grant="first grant")


def unsigned(**claims: object) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256", "kid": "k"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), "c2ln"])


def renewing(token: str, **more: object) -> tuple[Script, CognitoTokenIssuer]:
    script = Script()
    script.answer("GetTokensFromRefreshToken", AuthenticationResult={"AccessToken": token, "ExpiresIn": 900, **more})
    return script, CognitoTokenIssuer(scripted_client(script), POOL)


OWN = unsigned(origin_jti=SESSION.id, username=ACCOUNT.id)


def test_a_renewal_is_one_call_with_grant_and_secret() -> None:
    script, issuer = renewing(OWN)
    issuer.issue(ACCOUNT, SESSION, at=NOON)
    expected = {"ClientId": POOL.client_id, "ClientSecret": POOL.client_secret, "RefreshToken": "first grant"}
    assert script.asked == [("GetTokensFromRefreshToken", expected)]


def test_a_rotated_grant_comes_with_the_token() -> None:
    _, issuer = renewing(OWN, RefreshToken="second grant")
    issued = issuer.issue(ACCOUNT, SESSION, at=NOON)
    assert (issued.text, issued.life, issued.grant) == (OWN, timedelta(minutes=15), "second grant")


@pytest.mark.parametrize("more", [{}, {"RefreshToken": "first grant"}])
def test_a_grant_that_stays_is_not_handed_out_again(more: dict[str, object]) -> None:
    _, issuer = renewing(OWN, **more)
    assert issuer.issue(ACCOUNT, SESSION, at=NOON).grant is None


@pytest.mark.parametrize(
    "token",
    [
        unsigned(origin_jti=sample_session(2).id, username=ACCOUNT.id),
        unsigned(origin_jti=SESSION.id, username=sample_account(2).id),
    ],
    ids=["session", "user"],
)
def test_a_token_of_another_session_or_user_is_refused_and_logged(token: str, caplog: pytest.LogCaptureFixture) -> None:
    _, issuer = renewing(token)
    with pytest.raises(Unauthenticated):
        issuer.issue(ACCOUNT, SESSION, at=NOON)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.mark.parametrize("token", [unsigned(username=ACCOUNT.id), unsigned(origin_jti="no uuid", username=ACCOUNT.id), "no token"])
def test_a_token_that_names_no_session_is_an_outage(token: str, caplog: pytest.LogCaptureFixture) -> None:
    _, issuer = renewing(token)
    with pytest.raises(Unavailable):
        issuer.issue(ACCOUNT, SESSION, at=NOON)
    assert "token revocation" in caplog.text


def test_a_revocation_is_one_call_with_grant_and_secret() -> None:
    script, issuer = renewing(OWN)
    issuer.revoke(SESSION)
    expected = {"ClientId": POOL.client_id, "ClientSecret": POOL.client_secret, "Token": "first grant"}
    assert script.asked == [("RevokeToken", expected)]


def test_a_session_without_a_grant_costs_no_call() -> None:
    script, issuer = renewing(OWN)
    issuer.revoke(replace(SESSION, grant=None))
    with pytest.raises(Unauthenticated):
        issuer.issue(ACCOUNT, replace(SESSION, grant=None), at=NOON)
    assert script.asked == []


def test_a_grant_that_cannot_be_revoked_is_logged_and_no_error(caplog: pytest.LogCaptureFixture) -> None:
    script, issuer = renewing(OWN)
    script.refuse("RevokeToken", "UnsupportedTokenTypeException")
    issuer.revoke(SESSION)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_no_grant_and_no_secret_is_ever_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="demobackend")
    script, issuer = renewing(unsigned(origin_jti=sample_session(2).id, username=ACCOUNT.id))
    script.refuse("RevokeToken", "UnsupportedTokenTypeException")
    issuer.revoke(SESSION)
    with pytest.raises(Unauthenticated):
        issuer.issue(ACCOUNT, SESSION, at=NOON)
    told = " ".join(str(vars(record)) for record in caplog.records)
    assert told and "first grant" not in told and str(POOL.client_secret) not in told
