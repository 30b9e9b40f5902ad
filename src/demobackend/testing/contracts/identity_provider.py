"""What every identity provider promises."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from demobackend.domain.model.account import AccountStatus, DisplayName, NewPassword
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import DomainError, InvalidCode, InvalidCredentials, Locked, NotConfirmed
from demobackend.ports.identity_provider import IdentityProvider
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.races import race, refusals, winners
from demobackend.testing.samples import MINUTE, SECOND

ADA = EmailAddress("ada@example.test")
NOBODY = EmailAddress("nobody@example.test")
PASSWORD = NewPassword("correct horse battery staple")
OTHER_PASSWORD = NewPassword("wrong donkey charger paperclip")
NETWORK = "192.0.2.1"
CODE_LIFE = 10 * MINUTE
TRIES = 5
INSISTENCE = 30  # registrations of one address at once, which no provider answers with as many letters
PATIENCE = 200  # wrong tries after which any provider has locked an address


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityDesk:
    """A provider that knows nobody, the codes that it mailed to a canonical address, oldest first, and a way to let time pass."""

    identity: IdentityProvider
    codes: Callable[[str], list[str]]
    advance: Callable[[timedelta], None]

    def register(self, email: EmailAddress = ADA, password: NewPassword = PASSWORD) -> str:
        """Register, and return the code that came."""
        self.identity.register(email, password, None)
        return self.codes(email.canonical)[-1]

    def join(self, email: EmailAddress = ADA, password: NewPassword = PASSWORD) -> None:
        """Register and confirm."""
        self.confirm(self.register(email, password), email)

    def confirm(self, code: str, email: EmailAddress = ADA) -> None:
        """Redeem a code."""
        self.identity.confirm(email, code, network=NETWORK)

    def signs_in(self, password: str = PASSWORD.value, email: EmailAddress = ADA) -> bool:
        """Whether this password opens the confirmed account."""
        try:
            self.identity.authenticate(email, password, network=NETWORK)
        except InvalidCredentials:
            return False
        return True


def wrong(code: str) -> str:
    """Another code of the same form."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


def refusal_of(act: Callable[[], object]) -> tuple[type[DomainError], str]:
    """How something is refused, as its caller sees it."""
    with pytest.raises(DomainError) as refusal:
        act()
    return type(refusal.value), str(refusal.value)


class ConfirmationPromises(Contract):
    """Registration and its codes."""

    @abstractmethod
    def desk(self) -> IdentityDesk:
        """Return a provider that knows nobody, with its mail and its time."""

    def test_who_registers_and_confirms_can_sign_in(self) -> None:
        desk = self.desk()
        desk.identity.register(ADA, PASSWORD, DisplayName("Ada"))
        desk.confirm(desk.codes(ADA.canonical)[-1])
        account = desk.identity.authenticate(ADA, PASSWORD.value, network=NETWORK).account
        assert (account.email.canonical, account.status) == (ADA.canonical, AccountStatus.CONFIRMED)
        assert account.display_name == DisplayName("Ada")

    def test_a_code_has_six_digits_and_comes_to_the_canonical_address(self) -> None:
        desk = self.desk()
        code = desk.register(EmailAddress("ADA@Example.TEST"))
        assert len(code) == 6
        assert code.isdecimal()
        assert desk.codes("ada@example.test") == [code]

    def test_addresses_are_compared_in_canonical_form(self) -> None:
        desk = self.desk()
        desk.join(EmailAddress("Ada@Example.TEST"))
        assert desk.signs_in(email=EmailAddress("aDA@eXAMPLE.test"))

    def test_a_code_is_redeemed_once(self) -> None:
        desk = self.desk()
        code = desk.register()
        desk.confirm(code)
        with pytest.raises(InvalidCode):
            desk.confirm(code)
        assert desk.signs_in()

    def test_a_code_belongs_to_its_address(self) -> None:
        desk = self.desk()
        code = desk.register(ADA)
        other = EmailAddress("other@example.test")
        if desk.register(other) == code:
            return  # once in a million runs
        with pytest.raises(InvalidCode):
            desk.confirm(code, other)

    def test_a_code_dies_after_ten_minutes_and_not_before(self) -> None:
        desk = self.desk()
        code = desk.register()
        desk.advance(CODE_LIFE + SECOND)
        with pytest.raises(InvalidCode):
            desk.confirm(code)
        code = desk.register()
        desk.advance(CODE_LIFE - 5 * SECOND)
        desk.confirm(code)

    def test_the_fifth_wrong_try_kills_the_code(self) -> None:
        for tries in (TRIES - 1, TRIES):
            desk = self.desk()
            code = desk.register()
            for _ in range(tries):
                with pytest.raises(InvalidCode):
                    desk.confirm(wrong(code))
            if tries < TRIES:
                desk.confirm(code)
            else:
                with pytest.raises(InvalidCode):
                    desk.confirm(code)

    def test_a_wrong_a_used_an_expired_a_killed_and_an_unknown_code_are_refused_alike(self) -> None:
        desk = self.desk()
        code = desk.register()
        answers = {refusal_of(lambda: desk.confirm(wrong(code))), refusal_of(lambda: desk.confirm("123456", NOBODY))}
        answers.add(refusal_of(lambda: desk.confirm("not a code\0é")))
        desk.confirm(code)
        answers.add(refusal_of(lambda: desk.confirm(code)))
        late = desk.register(EmailAddress("late@example.test"))
        desk.advance(CODE_LIFE + SECOND)
        answers.add(refusal_of(lambda: desk.confirm(late, EmailAddress("late@example.test"))))
        assert {kind for kind, _ in answers} == {InvalidCode}
        assert len(answers) == 1

    def test_a_new_code_kills_the_old_one(self) -> None:
        desk = self.desk()
        old = desk.register()
        desk.identity.resend(ADA)
        new = desk.codes(ADA.canonical)[-1]
        assert len(desk.codes(ADA.canonical)) == 2
        if old != new:
            with pytest.raises(InvalidCode):
                desk.confirm(old)
        desk.confirm(new)

    def test_nothing_is_sent_again_to_unknown_or_confirmed_addresses(self) -> None:
        desk = self.desk()
        desk.join()
        desk.identity.resend(ADA)
        desk.identity.resend(NOBODY)
        assert len(desk.codes(ADA.canonical)) == 1
        assert desk.codes(NOBODY.canonical) == []

    def test_registering_an_unconfirmed_address_again_takes_the_new_password_and_sends_a_new_code(self) -> None:
        desk = self.desk()
        desk.register(password=PASSWORD)
        desk.confirm(desk.register(password=OTHER_PASSWORD))
        assert desk.signs_in(OTHER_PASSWORD.value)
        assert not desk.signs_in(PASSWORD.value)

    def test_registering_a_confirmed_address_again_changes_nothing_and_sends_no_code(self) -> None:
        desk = self.desk()
        desk.join()
        desk.identity.register(ADA, OTHER_PASSWORD, DisplayName("Eve"))
        assert len(desk.codes(ADA.canonical)) == 1
        assert not desk.signs_in(OTHER_PASSWORD.value)
        assert desk.identity.authenticate(ADA, PASSWORD.value, network=NETWORK).account.display_name is None

    def test_whoever_registers_an_address_again_and_again_does_not_fill_its_mailbox_and_the_last_code_stays_good(self) -> None:
        desk = self.desk()
        for _ in range(INSISTENCE):
            desk.identity.register(ADA, PASSWORD, None)
        codes = desk.codes(ADA.canonical)
        assert 0 < len(codes) < INSISTENCE
        desk.confirm(codes[-1])
        assert desk.signs_in()

    def test_of_many_that_redeem_one_code_one_wins(self) -> None:
        desk = self.desk()
        code = desk.register()
        outcomes = race(lambda _: desk.confirm(code))
        assert len(winners(outcomes)) == 1
        assert set(refusals(outcomes)) <= {InvalidCode, Locked}


class IdentityProviderContract(ConfirmationPromises):
    """The promises of `IdentityProvider`: registration, and passwords."""

    def test_a_wrong_password_and_an_unknown_address_are_refused_alike(self) -> None:
        desk = self.desk()
        desk.join()
        answers = {
            refusal_of(lambda: desk.identity.authenticate(ADA, OTHER_PASSWORD.value, network=NETWORK)),
            refusal_of(lambda: desk.identity.authenticate(ADA, "", network=NETWORK)),
            refusal_of(lambda: desk.identity.authenticate(NOBODY, PASSWORD.value, network=NETWORK)),
        }
        assert {kind for kind, _ in answers} == {InvalidCredentials}
        assert len(answers) == 1

    def test_an_unconfirmed_address_shows_after_the_right_password_only(self) -> None:
        desk = self.desk()
        desk.register()
        with pytest.raises(NotConfirmed):
            desk.identity.authenticate(ADA, PASSWORD.value, network=NETWORK)
        assert not desk.signs_in(OTHER_PASSWORD.value)

    def test_no_character_of_a_password_is_ignored_and_its_spelling_in_unicode_does_not_matter(self) -> None:
        desk = self.desk()
        longest = "é" * 127
        desk.join(password=NewPassword(longest + "x"))
        assert desk.signs_in("e\u0301" * 127 + "x")
        for other in (longest + "y", longest, longest + "xx", longest + "x" * 1_000):
            assert not desk.signs_in(other)

    def test_too_many_wrong_passwords_lock_the_address_for_a_while_also_for_the_right_one(self) -> None:
        desk = self.desk()
        desk.join()
        wait = _fail_until_locked(lambda: desk.identity.authenticate(ADA, OTHER_PASSWORD.value, network=NETWORK))
        with pytest.raises(Locked):
            desk.identity.authenticate(ADA, PASSWORD.value, network=NETWORK)
        with pytest.raises(Locked):
            desk.identity.authenticate(EmailAddress("ADA@example.test"), PASSWORD.value, network="198.51.100.7")
        desk.advance(wait)
        assert desk.signs_in()

    def test_too_many_wrong_codes_lock_the_address_too(self) -> None:
        desk = self.desk()
        code = desk.register()
        _fail_until_locked(lambda: desk.confirm(wrong(code)))
        desk.identity.resend(ADA)
        with pytest.raises(Locked):
            desk.confirm(desk.codes(ADA.canonical)[-1])

    def test_an_unknown_address_is_locked_like_a_known_one(self) -> None:
        desk = self.desk()
        desk.join()
        known = _tries_until_locked(lambda: desk.identity.authenticate(ADA, OTHER_PASSWORD.value, network=NETWORK))
        unknown = _tries_until_locked(lambda: desk.identity.authenticate(NOBODY, OTHER_PASSWORD.value, network=NETWORK))
        assert known == unknown

    def test_one_locked_address_locks_no_other(self) -> None:
        desk = self.desk()
        desk.join()
        _fail_until_locked(lambda: desk.identity.authenticate(NOBODY, PASSWORD.value, network=NETWORK))
        assert desk.signs_in()

    def test_right_passwords_do_not_lock(self) -> None:
        desk = self.desk()
        desk.join()
        assert all(desk.signs_in() for _ in range(30))


def _fail_until_locked(act: Callable[[], object]) -> timedelta:
    """Fail again and again; return how long the lock says to wait."""
    for _ in range(PATIENCE):
        try:
            act()
        except Locked as locked:
            return locked.retry_after
        except (InvalidCode, InvalidCredentials):
            continue
    raise AssertionError(f"Nothing is locked after {PATIENCE} wrong tries.")


def _tries_until_locked(act: Callable[[], object]) -> int:
    for tries in range(PATIENCE):
        try:
            act()
        except Locked:
            return tries
        except InvalidCredentials:
            continue
    raise AssertionError(f"Nothing is locked after {PATIENCE} wrong tries.")
