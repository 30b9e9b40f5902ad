"""Running a state machine as one plain test."""

import os
from collections import Counter
from collections.abc import Callable
from typing import cast

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

EXAMPLES = 50
STEPS = 30
MORE_EXAMPLES = "DEMOBACKEND_TESTING_EXAMPLES"
"""Environment: how many sequences to try instead, other ones in each run."""

type Tally = Counter[str]
"""How often each rule had something to do."""


def assert_agreement(machine: Callable[[Tally], RuleBasedStateMachine], *, rules: tuple[str, ...], examples: int = EXAMPLES) -> None:
    """Try `examples` sequences of up to 30 calls, the same ones in each run; the environment may ask for more and other ones.

    A sequence that says nothing proves nothing, so each of `rules` must have been at work in every fifth sequence on average.
    """
    wanted = os.environ.get(MORE_EXAMPLES)
    tried = int(wanted) if wanted else examples
    tally: Tally = Counter()
    run_state_machine_as_test(
        cast(type[RuleBasedStateMachine], lambda: machine(tally)),  # any maker of machines will do, whatever the stub says
        settings=settings(
            max_examples=tried,
            stateful_step_count=STEPS,
            derandomize=wanted is None,
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    starved = {rule: tally[rule] for rule in rules if tally[rule] < tried / 5}
    assert not starved, f"Rules with too little to do: {starved}"
