"""What every pair of token issuer and token verifier promises."""

from abc import abstractmethod
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from demobackend.domain.model.account import Account
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.errors import Unauthenticated
from demobackend.domain.model.session import Session
from demobackend.ports.token_issuer import TokenIssuer
from demobackend.ports.token_verifier import TokenVerifier
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.samples import DAY, MINUTE, NOON, SECOND, sample_account, sample_session

LEEWAY = MINUTE  # how far clocks may disagree: within it a verifier may decide either way
NO_TOKENS = ("", ".", "..", "a.b.c", "é.é.é", "\0", "\ud800", "x" * 20_000)
PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}  # RFC 7518, section 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPair:
    """An issuer, the verifier that believes it, and whom it knows. `at` is a moment at which it can issue."""

    issuer: TokenIssuer
    verifier: TokenVerifier
    account: Account = sample_account(1)
    session: Session = sample_session(1)
    at: datetime = NOON

    def token(self) -> str:
        """A token for the session, valid from `at`."""
        return self.issuer.issue(self.account, self.session, at=self.at).text


class AccessTokensContract(Contract):
    """The promises of `TokenIssuer` and `TokenVerifier`, which only a pair can keep."""

    @abstractmethod
    def pair(self) -> TokenPair:
        """Return an issuer and its verifier; they share nothing with the pairs returned before."""

    def test_a_verified_token_says_whose_session_it_is_and_when_it_ends(self) -> None:
        pair = self.pair()
        issued = pair.issuer.issue(pair.account, pair.session, at=pair.at)
        claims = pair.verifier.verify(issued.text, at=pair.at)
        assert (claims.user_id, claims.session_id) == (pair.account.id, pair.session.id)
        assert issued.life > timedelta(0)
        assert abs(claims.expires_at - (pair.at + issued.life)) < SECOND

    def test_a_verified_token_says_the_accounts_roles(self) -> None:
        pair = self.pair()
        for roles in (frozenset[SiteRole](), frozenset({SiteRole.ADMIN})):
            token = pair.issuer.issue(replace(pair.account, roles=roles), pair.session, at=pair.at).text
            assert pair.verifier.verify(token, at=pair.at).roles == roles

    def test_a_token_is_believed_until_it_ends_and_not_after(self) -> None:
        pair = self.pair()
        issued = pair.issuer.issue(pair.account, pair.session, at=pair.at)
        end = pair.at + issued.life
        assert pair.verifier.verify(issued.text, at=end - SECOND).user_id == pair.account.id
        for late in (end + LEEWAY + SECOND, end + DAY, end + 3650 * DAY):
            with pytest.raises(Unauthenticated):
                pair.verifier.verify(issued.text, at=late)

    def test_a_token_is_not_believed_before_it_was_made(self) -> None:
        pair = self.pair()
        with pytest.raises(Unauthenticated):
            pair.verifier.verify(pair.token(), at=pair.at - LEEWAY - MINUTE)

    def test_a_token_is_not_believed_with_any_character_changed_added_or_left_out(self) -> None:
        pair = self.pair()
        token = pair.token()
        for place, character in enumerate(token):
            for changed in (_changed(token, place), token[:place] + token[place + 1 :], token[:place] + character + token[place:]):
                if changed == token:
                    continue
                with pytest.raises(Unauthenticated):
                    pair.verifier.verify(changed, at=pair.at)

    def test_what_is_no_token_is_not_believed(self) -> None:
        pair = self.pair()
        token = pair.token()
        parts = token.split(".")
        shuffled = (".".join(reversed(parts)), ".".join(parts[:-1]), ".".join([*parts[:-1], ""]))
        surrounded = (f"{token}.", f".{token}", f" {token}", f"{token}\n")
        for nonsense in (*NO_TOKENS, *shuffled, *surrounded):
            with pytest.raises(Unauthenticated):
                pair.verifier.verify(nonsense, at=pair.at)

    def test_another_issuers_token_is_not_believed(self) -> None:
        pair, other = self.pair(), self.pair()
        with pytest.raises(Unauthenticated):
            pair.verifier.verify(other.token(), at=max(pair.at, other.at))

    def test_every_refusal_is_alike(self) -> None:
        pair = self.pair()
        issued = pair.issuer.issue(pair.account, pair.session, at=pair.at)
        tries = (("", pair.at), ("a.b.c", pair.at), (issued.text[:-2], pair.at), (issued.text, pair.at + issued.life + DAY))
        answers: set[tuple[type[BaseException], str]] = set()
        for token, at in tries:
            with pytest.raises(Unauthenticated) as refusal:
                pair.verifier.verify(token, at=at)
            answers.add((refusal.type, str(refusal.value)))
        assert len(answers) == 1

    def test_the_key_set_holds_no_private_part(self) -> None:
        pair = self.pair()
        pair.token()
        key_set = pair.verifier.key_set()
        assert set(key_set) == {"keys"}
        for key in key_set["keys"]:
            assert PRIVATE_MEMBERS & set(key) == set()
            assert key["kty"] != "oct"


def _changed(token: str, place: int) -> str:
    """The token with another character at this place."""
    other = "A" if token[place] != "A" else "B"
    return token[:place] + other + token[place + 1 :]
