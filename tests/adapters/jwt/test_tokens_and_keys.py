"""What tokens say to others, how keys come and go under them, and what a verifier remembers."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import jwt
import pytest

from demobackend.adapters.jwt.signing_keys import EphemeralSigningKeys
from demobackend.adapters.jwt.token_issuer import JwtIssuer
from demobackend.adapters.jwt.token_verifier import JwtVerifier
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.errors import Unauthenticated, Unavailable
from demobackend.ports.signing_keys import SigningKey
from demobackend.testing.samples import HOUR, MINUTE, NOON, SECOND, sample_account, sample_session

ISSUER = "https://api.example.test"
LIFE = 15 * MINUTE
ACCOUNT, SESSION = sample_account(1), sample_session(1)
OLD, NEW = (EphemeralSigningKeys(ManualClock(NOON)).signing(NOON) for _ in range(2))


@dataclass
class Shelf:
    """Signing keys that a test puts there and takes away; the first signs."""

    keys: tuple[SigningKey, ...] = (OLD,)
    answers: bool = True
    asked: int = 0
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))

    def signing(self, at: datetime) -> SigningKey:
        return self.published(at)[0]

    def published(self, at: datetime) -> tuple[SigningKey, ...]:
        self.asked += 1
        if not self.answers:
            raise Unavailable
        return self.keys

    def issuer(self) -> JwtIssuer:
        return JwtIssuer(self, SequentialIds(self.clock), issuer=ISSUER, client_id="web", life=LIFE)

    def issue(self, *, at: datetime = NOON) -> str:
        return self.issuer().issue(ACCOUNT, SESSION, at=at).text

    def verifier(self, remembered: int = 4096) -> JwtVerifier:
        return JwtVerifier(self, issuer=ISSUER, client_id="web", clock=self.clock, remembered=remembered)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


# ------------------------------------------------------------------------------------------------ tokens and key sets


def test_a_token_holds_cognitos_claims_and_ours_and_nothing_personal(shelf):
    claims = jwt.decode(shelf.issue(at=NOON + timedelta(milliseconds=700)), options={"verify_signature": False})
    now = int(NOON.timestamp())
    assert claims == {
        "iss": ISSUER,
        "sub": ACCOUNT.id,
        "client_id": "web",
        "token_use": "access",
        "iat": now,
        "exp": now + 900,
        "jti": claims["jti"],
        "sid": SESSION.id,
    }


def test_a_token_names_its_algorithm_and_key_in_its_header(shelf):
    assert jwt.get_unverified_header(shelf.issue()) == {"alg": "RS256", "typ": "JWT", "kid": OLD.id}


def test_every_token_has_an_id_of_its_own(shelf):
    issuer = shelf.issuer()
    tokens = [issuer.issue(ACCOUNT, SESSION, at=NOON).text for _ in range(3)]
    assert len({jwt.decode(token, options={"verify_signature": False})["jti"] for token in tokens}) == 3


def test_roles_are_groups(shelf):
    issuer = shelf.issuer()
    token = issuer.issue(replace(ACCOUNT, roles=frozenset({SiteRole.ADMIN})), SESSION, at=NOON).text
    assert jwt.decode(token, options={"verify_signature": False})["cognito:groups"] == ["admin"]


def test_anybody_can_verify_a_token_by_the_published_key_set(shelf):
    shelf.keys = (NEW, OLD)
    key_set = jwt.PyJWKSet.from_json(json.dumps(shelf.verifier().key_set()))
    token = shelf.issue(at=datetime.now(NOON.tzinfo))
    key = next(key for key in key_set.keys if key.key_id == jwt.get_unverified_header(token)["kid"])
    claims = jwt.decode(token, key, algorithms=["RS256"], issuer=ISSUER, options={"require": ["exp", "iat", "iss", "sub"]})
    assert claims["sub"] == ACCOUNT.id


def test_the_key_set_shows_the_published_keys_newest_first_and_nothing_private(shelf):
    shelf.keys = (NEW, OLD)
    shown = shelf.verifier().key_set()["keys"]
    assert [key["kid"] for key in shown] == [NEW.id, OLD.id]
    assert all(set(key) == {"kty", "use", "alg", "kid", "n", "e"} for key in shown)
    assert {(key["kty"], key["use"], key["alg"]) for key in shown} == {("RSA", "sig", "RS256")}


# ------------------------------------------------------------------------------------------------ rotation


def test_tokens_of_an_old_key_are_believed_while_it_is_published_and_not_after(shelf):
    verifier, token = shelf.verifier(), shelf.issue()
    shelf.keys = (NEW, OLD)
    assert verifier.verify(token, at=NOON).user_id == ACCOUNT.id
    shelf.keys = (NEW,)
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            verifier.verify(token, at=NOON)


def test_tokens_of_a_new_key_are_believed_by_a_verifier_that_knew_the_old_one(shelf):
    verifier = shelf.verifier()
    verifier.verify(shelf.issue(), at=NOON)
    shelf.keys = (NEW, OLD)
    assert verifier.verify(shelf.issue(), at=NOON).user_id == ACCOUNT.id


def test_an_issuer_signs_with_the_new_key_as_soon_as_it_signs(shelf):
    issuer = shelf.issuer()
    issuer.issue(ACCOUNT, SESSION, at=NOON)
    shelf.keys = (NEW, OLD)
    assert jwt.get_unverified_header(issuer.issue(ACCOUNT, SESSION, at=NOON).text)["kid"] == NEW.id


# ------------------------------------------------------------------------------------------------ keys out of reach


def test_known_keys_go_on_while_the_keys_do_not_answer(shelf):
    verifier, fresh = shelf.verifier(), shelf.issue(at=NOON + HOUR)
    verifier.verify(shelf.issue(), at=NOON)
    shelf.answers = False
    assert verifier.verify(fresh, at=NOON + HOUR).user_id == ACCOUNT.id
    assert len(verifier.key_set()["keys"]) == 1


def test_without_any_key_ever_the_verifier_is_unavailable(shelf):
    token = shelf.issue()
    shelf.answers = False
    for call in (lambda: shelf.verifier().verify(token, at=NOON), lambda: shelf.verifier().key_set()):
        with pytest.raises(Unavailable):
            call()


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_key_is_unavailable(pem, shelf):
    shelf.keys = (SigningKey("damaged", pem, NOON),)
    for call in (shelf.issue, lambda: shelf.verifier().verify("a.b.c", at=NOON)):
        with pytest.raises(Unavailable):
            call()


# ------------------------------------------------------------------------------------------------ what is remembered


def test_a_remembered_token_ends_when_it_ends(shelf):
    verifier, token = shelf.verifier(), shelf.issue()
    assert verifier.verify(token, at=NOON) == verifier.verify(token, at=NOON + LIFE - SECOND)
    with pytest.raises(Unauthenticated):
        verifier.verify(token, at=NOON + LIFE)


def test_a_remembered_token_counts_only_from_its_beginning(shelf):
    verifier, token = shelf.verifier(), shelf.issue()
    verifier.verify(token, at=NOON)
    with pytest.raises(Unauthenticated):
        verifier.verify(token, at=NOON - 2 * MINUTE)


def test_a_remembered_token_is_the_whole_token(shelf):
    verifier, token = shelf.verifier(), shelf.issue()
    verifier.verify(token, at=NOON)
    head, payload, signature = token.split(".")
    with pytest.raises(Unauthenticated):
        verifier.verify(f"{head}.{payload}.{signature[::-1]}", at=NOON)


def test_a_token_that_comes_too_early_is_believed_later(shelf):
    verifier, early = shelf.verifier(), shelf.issue(at=NOON + HOUR)
    with pytest.raises(Unauthenticated):
        verifier.verify(early, at=NOON)
    assert verifier.verify(early, at=NOON + HOUR).user_id == ACCOUNT.id


def test_the_memory_is_bounded_and_forgets_what_was_not_used_for_longest(shelf):
    verifier, issuer = shelf.verifier(remembered=2), shelf.issuer()
    first, second, third, *others = (issuer.issue(ACCOUNT, SESSION, at=NOON + number * SECOND).text for number in range(20))
    for token in (first, second, first, third, *others, first):
        assert verifier.verify(token, at=NOON + MINUTE).user_id == ACCOUNT.id
    assert len(verifier._believed) == 2


def test_tokens_themselves_are_not_kept(shelf):
    verifier, token = shelf.verifier(), shelf.issue()
    verifier.verify(token, at=NOON)
    kept = repr(list(verifier._believed.items()))
    assert all(part not in kept for part in token.split("."))
