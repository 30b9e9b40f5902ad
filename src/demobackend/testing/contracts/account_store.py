"""What every account store promises."""

from abc import abstractmethod
from dataclasses import replace

import pytest

from demobackend.domain.model.account import Account, AccountStatus, DisplayName, PendingCode
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import AlreadyExists, NotFound, VersionConflict
from demobackend.ports.account_store import AccountStore
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.races import CALLERS, only_winner, race, refusals
from demobackend.testing.samples import HOUR, MINUTE, NOON, OWNER, sample_account, sample_event


class AccountStoreContract(Contract):
    """The promises of `AccountStore`."""

    @abstractmethod
    def empty_store(self) -> AccountStore:
        """Return a store without an account."""

    def test_an_account_reads_back_as_it_was_given_by_id_and_by_address(self) -> None:
        store = self.empty_store()
        plain = sample_account(1)
        full = replace(
            sample_account(2, email="Zoë.Ünïcode+tag@Bücher.Example"),
            status=AccountStatus.UNCONFIRMED,
            display_name=DisplayName("Zoë 'the \"first\"' 😀"),
            roles=frozenset({SiteRole.ADMIN}),
            password_hash="$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA",
            code=PendingCode("ab" * 32, NOON + HOUR, 3),
        )
        disabled = replace(sample_account(3), status=AccountStatus.DISABLED, revision=7)
        for number, account in enumerate((plain, full, disabled)):
            store.create(account, audit=sample_event(number))
        for account in (plain, full, disabled):
            assert store.get(account.id) == account
            assert store.find(account.email.canonical) == account

    def test_an_unknown_account_is_not_found(self) -> None:
        store = self.empty_store()
        store.create(sample_account(1), audit=sample_event())
        with pytest.raises(NotFound):
            store.get(OWNER)
        for unknown in ("person2@example.test", "person1@example.tes", "", "%"):
            with pytest.raises(NotFound):
                store.find(unknown)

    def test_a_taken_id_is_refused_and_its_address_stays_free(self) -> None:
        store = self.empty_store()
        account = sample_account(1)
        store.create(account, audit=sample_event())
        with pytest.raises(AlreadyExists):
            store.create(replace(account, email=EmailAddress("other@example.test")), audit=sample_event(2))
        assert store.get(account.id) == account
        with pytest.raises(NotFound):
            store.find("other@example.test")

    def test_an_address_belongs_to_one_account_however_it_is_spelled(self) -> None:
        store = self.empty_store()
        account = sample_account(1, email="ada@example.test")
        store.create(account, audit=sample_event())
        for spelling in ("ada@example.test", "ADA@Example.TEST", "ａda@example.test"):
            other = sample_account(2, email=spelling)
            with pytest.raises(AlreadyExists):
                store.create(other, audit=sample_event(2))
            with pytest.raises(NotFound):
                store.get(other.id)
        assert store.find("ada@example.test") == account

    def test_a_replaced_account_reads_back_as_it_was_given(self) -> None:
        store = self.empty_store()
        account = sample_account(1)
        store.create(account, audit=sample_event())
        coded = account.with_code(PendingCode("cd" * 32, NOON + HOUR), at=NOON + MINUTE)
        named = coded.called(DisplayName("Ada"), at=NOON + HOUR).with_code(None, at=NOON + HOUR)
        for before, after in ((account, coded), (coded, named)):
            store.replace(after, expected=before.revision, audit=None)
            assert store.get(account.id) == store.find(account.email.canonical) == after

    def test_an_address_stays_as_it_was_first_spelled(self) -> None:
        store = self.empty_store()
        account = sample_account(1, email="Ada@Example.test")
        store.create(account, audit=sample_event())
        respelled = replace(account, email=EmailAddress("ada@example.test")).called(DisplayName("Ada"), at=NOON + HOUR)
        store.replace(respelled, expected=account.revision, audit=None)
        assert store.get(account.id) == store.find("ada@example.test") == replace(respelled, email=account.email)

    def test_replacing_another_revision_changes_nothing(self) -> None:
        store = self.empty_store()
        account = replace(sample_account(1), revision=5)
        store.create(account, audit=sample_event())
        for expected in (4, 6):
            with pytest.raises(VersionConflict):
                store.replace(account.called(DisplayName("Ada"), at=NOON + HOUR), expected=expected, audit=None)
        assert store.get(account.id) == account

    def test_an_account_that_is_not_there_cannot_be_replaced(self) -> None:
        store = self.empty_store()
        account = sample_account(1)
        with pytest.raises(NotFound):
            store.replace(account, expected=account.revision, audit=None)
        with pytest.raises(NotFound):
            store.get(account.id)

    def test_of_many_that_take_one_address_one_wins(self) -> None:
        store = self.empty_store()

        def create(number: int) -> Account:
            account = sample_account(number, email="ada@example.test")
            store.create(account, audit=sample_event(number))
            return account

        outcomes = race(create)
        winner = only_winner(outcomes)
        assert refusals(outcomes) == {AlreadyExists: CALLERS - 1}
        assert store.find("ada@example.test") == winner

    def test_of_many_that_replace_one_revision_one_wins(self) -> None:
        store = self.empty_store()
        account = sample_account(1)
        store.create(account, audit=sample_event())

        def rename(number: int) -> str:
            store.replace(account.called(DisplayName(str(number)), at=NOON + HOUR), expected=account.revision, audit=None)
            return str(number)

        outcomes = race(rename)
        winner = only_winner(outcomes)
        assert refusals(outcomes) == {VersionConflict: CALLERS - 1}
        assert store.get(account.id).display_name == DisplayName(winner)
