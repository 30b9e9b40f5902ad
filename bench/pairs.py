"""Timing two things in turn, so that a machine whose speed drifts slows both."""

import gc
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import process_time_ns

type Pair = tuple[float, float]
"""What one round measured of ours and of theirs."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours against theirs: the median of the rounds' ratios, and the medians themselves, in microseconds of CPU per call unless said.

    The goal is a ceiling; with `at_least`, for rates, it is a floor. Without a goal it is only told.
    """

    name: str
    ours: float
    theirs: float
    ratio: float
    goal: float | None
    unit: str = "us"
    at_least: bool = False

    @classmethod
    def of(cls, name: str, pairs: Iterable[Pair], *, goal: float | None, unit: str = "us", at_least: bool = False) -> "Ratio":
        """The medians of some rounds."""
        rounds = list(pairs)
        ours, theirs = (statistics.median(side) for side in zip(*rounds, strict=True))
        return cls(name, ours, theirs, statistics.median(a / b for a, b in rounds), goal, unit, at_least)

    @property
    def held(self) -> bool:
        """Whether the goal is reached."""
        if self.goal is None:
            return True
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal

    def __str__(self) -> str:
        bound, verdict = ">=" if self.at_least else "<=", "held" if self.held else "MISSED"
        judged = "no goal" if self.goal is None else f"goal {bound} {self.goal:.2f}x, {verdict}"
        numbers = f"{self.ours:9.1f} {self.unit} against {self.theirs:9.1f} {self.unit}"
        return f"{self.name:<58} {self.ratio:6.2f}x  ({judged})  {numbers}"


def compare(
    name: str, ours: Callable[[], object], theirs: Callable[[], object], *, goal: float, calls: int = 1000, rounds: int = 11
) -> Ratio:
    """Time both in turn, `calls` calls a round, and return the ratio of their CPU time."""
    for warm in (ours, theirs):
        for _ in range(min(calls, 200)):
            warm()
    return Ratio.of(name, [(_cpu(ours, calls), _cpu(theirs, calls)) for _ in range(rounds)], goal=goal)


def _cpu(call: Callable[[], object], calls: int) -> float:
    gc.collect()
    gc.disable()
    started = process_time_ns()
    for _ in range(calls):
        call()
    spent = process_time_ns() - started
    gc.enable()
    return spent / calls / 1000
