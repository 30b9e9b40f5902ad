"""What every pair of token issuer and token verifier promises."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from demobackend.domain.model.account import Account
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.errors import Unauthenticated
from demobackend.domain.model.session import Session
from demobackend.domain.model.tokens import AccessToken
from demobackend.ports.token_issuer import TokenIssuer
from demobackend.ports.token_verifier import TokenVerifier
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.samples import DAY, MINUTE, NOON, SECOND, sample_account, sample_session

LEEWAY = MINUTE  # how far clocks may disagree: within it a verifier may decide either way
NO_TOKENS = ("", ".", "..", "a.b.c", "é.é.é", "\0", "\ud800", "x" * 20_000)
PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}  # RFC 7518, section 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPair:
    """An issuer, the verifier that believes it, and whom it knows.

    `now` tells the time by which it issues. `appoint` makes it know an account's roles, where they are kept elsewhere too.
    """

    issuer: TokenIssuer
    verifier: TokenVerifier
    account: Account = sample_account(1)
    session: Session = sample_session(1)
    now: Callable[[], datetime] = lambda: NOON
    appoint: Callable[[Account], None] = lambda account: None

    def issue(self) -> AccessToken:
        """A token for the session, valid from now."""
        return self.issuer.issue(self.account, self.session, at=self.now())

    def believes(self, token: str, at: datetime | None = None) -> bool:
        """Whether the verifier believes a token, now unless told otherwise."""
        try:
            self.verifier.verify(token, at=at or self.now())
        except Unauthenticated:
            return False
        return True


class AccessTokensContract(Contract):
    """The promises of `TokenIssuer` and `TokenVerifier`, which only a pair can keep."""

    @abstractmethod
    def pair(self) -> TokenPair:
        """Return an issuer and its verifier; they share nothing with the pairs returned before."""

    def test_a_verified_token_says_whose_session_it_is_and_when_it_ends(self) -> None:
        pair = self.pair()
        before = pair.now()
        issued = pair.issue()
        after = pair.now()
        claims = pair.verifier.verify(issued.text, at=after)
        assert (claims.user_id, claims.session_id) == (pair.account.id, pair.session.id)
        assert issued.life > timedelta(0)
        assert before - SECOND < claims.expires_at - issued.life < after + SECOND

    def test_a_verified_token_says_the_accounts_roles(self) -> None:
        pair = self.pair()
        for roles in (frozenset[SiteRole](), frozenset({SiteRole.ADMIN})):
            account = replace(pair.account, roles=roles)
            pair.appoint(account)
            token = pair.issuer.issue(account, pair.session, at=pair.now()).text
            assert pair.verifier.verify(token, at=pair.now()).roles == roles

    def test_a_token_is_believed_until_it_ends_and_not_after(self) -> None:
        pair = self.pair()
        at = pair.now()
        issued = pair.issue()
        end = at + issued.life
        assert pair.believes(issued.text, end - SECOND)
        for late in (end + LEEWAY + SECOND, end + DAY, end + 3650 * DAY):
            assert not pair.believes(issued.text, late)

    def test_a_token_is_not_believed_before_it_was_made(self) -> None:
        pair = self.pair()
        at = pair.now()
        assert not pair.believes(pair.issue().text, at - LEEWAY - MINUTE)

    def test_a_token_is_not_believed_with_any_character_changed_added_or_left_out(self) -> None:
        pair = self.pair()
        token = pair.issue().text
        for place, character in enumerate(token):
            for changed in (_changed(token, place), token[:place] + token[place + 1 :], token[:place] + character + token[place:]):
                assert changed == token or not pair.believes(changed)

    def test_what_is_no_token_is_not_believed(self) -> None:
        pair = self.pair()
        token = pair.issue().text
        parts = token.split(".")
        shuffled = (".".join(reversed(parts)), ".".join(parts[:-1]), ".".join([*parts[:-1], ""]))
        surrounded = (f"{token}.", f".{token}", f" {token}", f"{token}\n")
        for nonsense in (*NO_TOKENS, *shuffled, *surrounded):
            assert not pair.believes(nonsense)

    def test_another_issuers_token_is_not_believed(self) -> None:
        pair, other = self.pair(), self.pair()
        foreign = other.issue().text
        assert not pair.believes(foreign, max(pair.now(), other.now()))

    def test_every_refusal_is_alike(self) -> None:
        pair = self.pair()
        at = pair.now()
        issued = pair.issue()
        tries = (("", at), ("a.b.c", at), (issued.text[:-2], at), (issued.text, at + issued.life + DAY))
        answers: set[tuple[type[BaseException], str]] = set()
        for token, moment in tries:
            with pytest.raises(Unauthenticated) as refusal:
                pair.verifier.verify(token, at=moment)
            answers.add((refusal.type, str(refusal.value)))
        assert len(answers) == 1

    def test_a_session_can_be_revoked_and_revoked_again(self) -> None:
        pair = self.pair()
        pair.issue()
        for _ in range(2):
            pair.issuer.revoke(pair.session)

    def test_the_key_set_holds_no_private_part(self) -> None:
        pair = self.pair()
        pair.issue()
        key_set = pair.verifier.key_set()
        assert set(key_set) == {"keys"}
        for key in key_set["keys"]:
            assert PRIVATE_MEMBERS & set(key) == set()
            assert key["kty"] != "oct"


def _changed(token: str, place: int) -> str:
    """The token with another character at this place."""
    other = "A" if token[place] != "A" else "B"
    return token[:place] + other + token[place + 1 :]
