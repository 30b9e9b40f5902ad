"""A race lets callers meet, and tells what became of each."""

import pytest

from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.adapters.memory.session_store import MemorySessionStore
from demobackend.domain.model.errors import AlreadyExists, NotFound
from demobackend.testing.races import CALLERS, only_winner, race, refusals, winners
from demobackend.testing.samples import sample_event, sample_session


def test_each_caller_has_its_number_and_its_answer() -> None:
    assert race(lambda number: number * 2, callers=8) == [0, 2, 4, 6, 8, 10, 12, 14]


def test_refusals_are_counted_and_the_winner_is_named() -> None:
    store = MemorySessionStore(MemoryAuditTrail())

    def create(number: int) -> int:
        store.create(sample_session(1), audit=sample_event(number))
        return number

    outcomes = race(create)
    assert only_winner(outcomes) in range(CALLERS)
    assert refusals(outcomes) == {AlreadyExists: CALLERS - 1}


def test_two_winners_are_one_too_many() -> None:
    with pytest.raises(AssertionError, match="2 callers won"):
        only_winner([None, NotFound(), None])
    assert winners([1, NotFound(), 2]) == [1, 2]


def test_what_is_no_refusal_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        race(lambda number: 1 // number, callers=3)


def test_callers_come_apart_between_a_check_and_an_act() -> None:
    def acts() -> int:
        taken: list[int] = []

        def check_then_act(number: int) -> None:
            if not taken:
                taken.append(number)

        race(check_then_act)
        return len(taken)

    assert any(acts() > 1 for _ in range(5))  # a busy machine may wake one caller alone, once
