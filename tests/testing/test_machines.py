"""A machine that finds nothing to do is not a proof."""

import pytest
from hypothesis.stateful import RuleBasedStateMachine, rule

from demobackend.testing.machines.run import MORE_EXAMPLES, Tally, assert_agreement


class Idle(RuleBasedStateMachine):
    """Does one thing and never the other."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self.tally = tally
        self.tally["machines"] += 1

    @rule()
    def work(self) -> None:
        self.tally["work"] += 1


class Broken(RuleBasedStateMachine):
    """Disagrees."""

    @rule()
    def work(self) -> None:
        raise AssertionError("They disagree.")


def test_a_starved_rule_is_an_error_that_names_it() -> None:
    with pytest.raises(AssertionError, match="'rest': 0"):
        assert_agreement(Idle, rules=("work", "rest"), examples=5)


def test_a_machine_whose_rules_all_work_passes() -> None:
    assert_agreement(Idle, rules=("work",), examples=5)


def test_a_disagreement_is_raised_as_it_is() -> None:
    with pytest.raises(AssertionError, match="They disagree"):
        assert_agreement(lambda tally: Broken(), rules=(), examples=5)


def test_the_environment_asks_for_more_sequences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MORE_EXAMPLES, "20")
    tallies: list[Tally] = []

    def machine(tally: Tally) -> Idle:
        tallies.append(tally)
        return Idle(tally)

    assert_agreement(machine, rules=("work",), examples=5)
    assert tallies[0]["machines"] >= 20
