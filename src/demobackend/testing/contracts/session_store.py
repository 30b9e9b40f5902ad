"""What every session store promises."""

from abc import abstractmethod
from dataclasses import replace

import pytest

from demobackend.domain.model.errors import AlreadyExists, DomainError, NotFound, VersionConflict
from demobackend.domain.model.ids import SessionId
from demobackend.domain.model.session import Session
from demobackend.ports.session_store import SessionStore
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.races import CALLERS, race, refusals, winners
from demobackend.testing.samples import HOUR, MINUTE, NOON, STRANGER, sample_event, sample_id, sample_session


class SessionStoreContract(Contract):
    """The promises of `SessionStore`."""

    @abstractmethod
    def empty_store(self) -> SessionStore:
        """Return a store without a session."""

    def test_a_session_reads_back_as_it_was_given(self) -> None:
        store = self.empty_store()
        plain = sample_session(1)
        renewed = replace(sample_session(2, user_id=STRANGER), grant="é" * 2_000, generation=2**31, revision=9)
        for number, session in enumerate((plain, renewed)):
            store.create(session, audit=sample_event(number))
        for session in (plain, renewed):
            assert store.get(session.id) == session

    def test_an_unknown_session_is_not_found(self) -> None:
        store = self.empty_store()
        store.create(sample_session(1), audit=sample_event())
        with pytest.raises(NotFound):
            store.get(SessionId(sample_id(999)))

    def test_a_taken_id_is_refused_and_the_first_session_stays(self) -> None:
        store = self.empty_store()
        session = sample_session(1)
        store.create(session, audit=sample_event())
        with pytest.raises(AlreadyExists):
            store.create(replace(session, user_id=STRANGER), audit=sample_event(2))
        assert store.get(session.id) == session

    def test_a_replaced_session_reads_back_as_it_was_given(self) -> None:
        store = self.empty_store()
        session = sample_session(1)
        store.create(session, audit=sample_event())
        rotated = replace(session.rotated(at=NOON + MINUTE), grant="new grant")
        store.replace(rotated, expected=session.revision, audit=None)
        assert store.get(session.id) == rotated

    def test_an_ended_session_is_still_there(self) -> None:
        store = self.empty_store()
        session = sample_session(1)
        store.create(session, audit=sample_event())
        ended = session.ended(at=NOON + HOUR)
        store.replace(ended, expected=session.revision, audit=sample_event(2))
        assert store.get(session.id) == ended

    def test_replacing_another_revision_changes_nothing(self) -> None:
        store = self.empty_store()
        session = replace(sample_session(1), revision=5)
        store.create(session, audit=sample_event())
        for expected in (4, 6):
            with pytest.raises(VersionConflict):
                store.replace(session.rotated(at=NOON + MINUTE), expected=expected, audit=None)
        assert store.get(session.id) == session

    def test_a_session_that_is_not_there_cannot_be_replaced(self) -> None:
        store = self.empty_store()
        session = sample_session(1)
        with pytest.raises(NotFound):
            store.replace(session.rotated(at=NOON + MINUTE), expected=session.revision, audit=None)
        with pytest.raises(NotFound):
            store.get(session.id)

    def test_of_many_that_create_one_session_one_wins(self) -> None:
        store = self.empty_store()
        outcomes = race(lambda number: store.create(sample_session(1), audit=sample_event(number)))
        assert len(winners(outcomes)) == 1
        assert refusals(outcomes) == {AlreadyExists: CALLERS - 1}

    def test_of_many_that_rotate_one_session_one_wins_in_every_round(self) -> None:
        store = self.empty_store()
        store.create(sample_session(1), audit=sample_event())
        for generation in range(1, 5):
            session = store.get(sample_session(1).id)
            outcomes = _rotate_at_once(store, session)
            assert len(winners(outcomes)) == 1
            assert refusals(outcomes) == {VersionConflict: CALLERS - 1}
            assert store.get(session.id).generation == generation


def _rotate_at_once(store: SessionStore, session: Session) -> list[DomainError | None]:
    return race(lambda _: store.replace(session.rotated(at=NOON + HOUR), expected=session.revision, audit=None))
