"""Whoever forges, alters, borrows or keeps a token too long is not believed; keys are fetched rarely and kept in an outage."""

import base64
import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.adapters.cognito.key_server import KEY_ID, KeyServer, claims, entry, key_server, later, private_key, token
from tests.adapters.cognito.scripted import POOL

from demobackend.adapters.cognito.token_verifier import CognitoTokenVerifier
from demobackend.adapters.memory.clock import ManualClock
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.errors import Unauthenticated, Unavailable
from demobackend.testing.samples import NOON, sample_account, sample_session

OTHER = "b3RoZXI="


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with key_server() as running:
        yield running


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def verifier(server: KeyServer, clock: ManualClock) -> CognitoTokenVerifier:
    return CognitoTokenVerifier(POOL, clock=clock, keys_url=server.url)


def believes(verifier: CognitoTokenVerifier, text: str, minutes: float = 0) -> bool:
    try:
        verifier.verify(text, at=later(minutes))
    except Unauthenticated:
        return False
    return True


def test_a_token_as_cognito_makes_it_is_believed(verifier: CognitoTokenVerifier) -> None:
    believed = verifier.verify(token({"cognito:groups": ["admin", "other"]}), at=NOON)
    assert (believed.user_id, believed.session_id) == (sample_account(1).id, sample_session(1).id)
    assert (believed.roles, believed.expires_at) == (frozenset({SiteRole.ADMIN}), NOON + timedelta(minutes=15))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_another"),
        ("iss", None),
        ("client_id", "another"),
        ("client_id", None),
        ("token_use", "id"),
        ("token_use", None),
        ("sub", None),
        ("sub", 7),
        ("username", None),
        ("username", "ada@example.test"),
        ("username", sample_account(1).id.upper()),
        ("origin_jti", None),
        ("origin_jti", ["x"]),
        ("exp", None),
        ("exp", True),
        ("exp", float(int(NOON.timestamp()) + 900)),
        ("exp", str(int(NOON.timestamp()) + 900)),
        ("exp", 10**30),
        ("exp", int(NOON.timestamp())),
        ("iat", None),
        ("iat", True),
        ("iat", -5),
        ("iat", int(NOON.timestamp()) + 61),
        ("cognito:groups", "admin"),
        ("cognito:groups", [7]),
    ],
)
def test_a_signed_token_with_a_wrong_claim_is_not_believed(verifier: CognitoTokenVerifier, name: str, value: object) -> None:
    assert not believes(verifier, token({name: value}))


def test_a_clock_that_is_a_little_behind_cognitos_believes_too(verifier: CognitoTokenVerifier) -> None:
    assert believes(verifier, token({"iat": int(NOON.timestamp()) + 60}))


def test_a_token_ends_sharply(verifier: CognitoTokenVerifier) -> None:
    assert believes(verifier, token(), 14.99)
    assert not believes(verifier, token(), 15)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_token_has_one_spelling(verifier: CognitoTokenVerifier, place: int) -> None:
    parts = token().split(".")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spare = letters[letters.index(parts[2][-1]) ^ 1]  # the last character of 256 bytes has four bits that say nothing
    other_spellings = [parts[place] + "=", parts[place] + "==", parts[place] + "!", "\n" + parts[place]]
    if place == 2:
        other_spellings.append(parts[2][:-1] + spare)
    for spelling in other_spellings:
        assert not believes(verifier, ".".join([*parts[:place], spelling, *parts[place + 1 :]]))


def test_another_key_under_a_known_id_is_not_believed(verifier: CognitoTokenVerifier) -> None:
    assert not believes(verifier, token(signed_by=OTHER))


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"]},
        {"jwk": {"kty": "RSA"}},
        {"jku": "https://evil.test/jwks.json"},
        {"x5u": "https://evil.test/cert"},
    ],
)
def test_a_header_that_asks_for_more_is_not_believed(verifier: CognitoTokenVerifier, header: dict[str, object]) -> None:
    assert not believes(verifier, token(header=header))


@pytest.mark.parametrize("key_id", ["", "unknown"])
def test_a_token_of_an_unknown_key_is_not_believed(verifier: CognitoTokenVerifier, key_id: str) -> None:
    assert not believes(verifier, token(key_id=key_id, signed_by=KEY_ID))


def test_an_unsigned_token_is_not_believed(verifier: CognitoTokenVerifier) -> None:
    unsigned = jwt.encode(claims(), "", algorithm="none", headers={"kid": KEY_ID})
    assert not believes(verifier, unsigned)
    _, payload, _ = token().split(".")
    for algorithm in ("none", "None", "RS256"):
        header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "kid": KEY_ID}).encode()).rstrip(b"=").decode()
        assert not believes(verifier, f"{header}.{payload}.")


def test_a_token_signed_with_the_public_key_as_a_secret_is_not_believed(verifier: CognitoTokenVerifier) -> None:
    public = private_key(KEY_ID).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signing = jwt.PyJWS(algorithms=["HS256"])
    signing._algorithms["HS256"].prepare_key = lambda key: key  # type: ignore[method-assign]  # an attacker's library forbids nothing
    forged = signing.encode(json.dumps(claims()).encode(), public, algorithm="HS256", headers={"kid": KEY_ID})
    assert not believes(verifier, forged)


@pytest.mark.parametrize("nonsense", ["", "..", "a.b.c", "\ud800", "x" * 10_000, f"{'[' * 9_000}"])
def test_nonsense_costs_no_fetch(verifier: CognitoTokenVerifier, server: KeyServer, nonsense: str) -> None:
    assert not believes(verifier, nonsense)
    assert server.asked == 0


def test_keys_are_fetched_once_for_many_tokens(verifier: CognitoTokenVerifier, server: KeyServer) -> None:
    for _ in range(5):
        assert believes(verifier, token())
    assert server.asked == 1


def test_many_first_callers_make_one_fetch(verifier: CognitoTokenVerifier, server: KeyServer) -> None:
    text = token()
    with ThreadPoolExecutor(8) as callers:
        assert all(callers.map(lambda _: believes(verifier, text), range(16)))
    assert server.asked == 1


def test_an_unknown_key_id_is_looked_for_once_a_minute(verifier: CognitoTokenVerifier, server: KeyServer, clock: ManualClock) -> None:
    assert believes(verifier, token())
    unknown = token(key_id=OTHER)
    clock.advance(timedelta(minutes=1))
    for _ in range(5):
        assert not believes(verifier, unknown)
    assert server.asked == 2
    server.publish(entry(), entry(OTHER))
    clock.advance(timedelta(seconds=59))
    assert not believes(verifier, unknown)
    clock.advance(timedelta(seconds=1))
    assert believes(verifier, unknown)
    assert server.asked == 3


def test_a_withdrawn_key_is_forgotten_after_an_hour(verifier: CognitoTokenVerifier, server: KeyServer, clock: ManualClock) -> None:
    assert believes(verifier, token())
    server.publish(entry(OTHER))
    clock.advance(timedelta(minutes=59))
    assert believes(verifier, token())
    clock.advance(timedelta(minutes=1))
    assert not believes(verifier, token())


def _down(server: KeyServer) -> None:
    server.status, server.body = 503, b"down"


def _empty(server: KeyServer) -> None:
    server.publish()


def _nonsense(server: KeyServer) -> None:
    server.body = b"<html>"


def _strange(server: KeyServer) -> None:
    server.body = b'["keys"]'


def _broken_key(server: KeyServer) -> None:
    server.publish(entry(n="\x00"))


def _endless(server: KeyServer) -> None:
    server.body = json.dumps({"keys": [entry()], "padding": "x" * 70_000}).encode()


FAILURES = [_down, _empty, _nonsense, _strange, _broken_key, _endless]


@pytest.mark.parametrize("fail", FAILURES)
def test_known_keys_outlive_an_outage(
    verifier: CognitoTokenVerifier, server: KeyServer, clock: ManualClock, fail: Callable[[KeyServer], None]
) -> None:
    assert believes(verifier, token())
    fail(server)
    clock.advance(timedelta(hours=30))
    for _ in range(3):
        assert believes(verifier, token())
    assert server.asked == 2
    assert verifier.key_set()["keys"]


@pytest.mark.parametrize("fail", FAILURES)
def test_without_any_key_nothing_is_said_and_soon_tried_again(
    verifier: CognitoTokenVerifier, server: KeyServer, clock: ManualClock, fail: Callable[[KeyServer], None]
) -> None:
    fail(server)
    for _ in range(3):
        with pytest.raises(Unavailable):
            verifier.verify(token(), at=NOON)
    with pytest.raises(Unavailable):
        verifier.key_set()
    assert server.asked == 1
    server.publish(entry())
    clock.advance(timedelta(seconds=5))
    assert believes(verifier, token())


def test_keys_are_never_taken_from_where_a_redirection_points(verifier: CognitoTokenVerifier, server: KeyServer) -> None:
    with key_server() as elsewhere:
        server.status, server.headers = 302, {"Location": elsewhere.url}
        with pytest.raises(Unavailable):
            verifier.verify(token(), at=NOON)
        assert elsewhere.asked == 0


def test_a_server_that_never_answers_is_an_outage(clock: ManualClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/jwks.json"
        with pytest.raises(Unavailable):
            CognitoTokenVerifier(POOL, clock=clock, keys_url=url).verify(token(), at=NOON)


def test_keys_of_another_kind_are_left_out(verifier: CognitoTokenVerifier, server: KeyServer) -> None:
    server.publish(entry(OTHER, use="enc"), entry("c", alg="RS512"), {"kty": "oct", "kid": "d", "k": "AAAA", "alg": "HS256"}, entry())
    assert [key["kid"] for key in verifier.key_set()["keys"]] == [KEY_ID]
    assert not believes(verifier, token(key_id=OTHER))


def test_the_key_set_shows_public_members_only(verifier: CognitoTokenVerifier, server: KeyServer) -> None:
    server.publish(entry(d="private", p="private", x5c=["chain"]))
    assert [set(key) for key in verifier.key_set()["keys"]] == [{"kty", "use", "alg", "kid", "n", "e"}]


def test_keys_are_beside_the_issuer_unless_told_otherwise(clock: ManualClock) -> None:
    verifier = CognitoTokenVerifier(POOL, clock=clock)
    assert verifier._keys._url == f"{POOL.issuer}/.well-known/jwks.json"
