"""Many callers at the same moment."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from sys import gettrace, settrace
from threading import Barrier
from time import sleep
from types import FrameType
from typing import Self

from demobackend.domain.model.errors import DomainError

CALLERS = 50
_PATIENCE = 60.0  # seconds until a caller that never came is an error
_VALUES = ("demobackend.domain.model.", "demobackend.testing.contracts.", "demobackend.testing.samples", "demobackend.testing.races")
_PAUSES = {1: 0.001, 2: 0.0001}  # seconds, by the depth of calls


def race[T](act: Callable[[int], T], *, callers: int = CALLERS) -> list[T | DomainError]:
    """Call `act(0)` … `act(callers - 1)` at the same moment, each in a thread; return what each returned, or its `DomainError`.

    Anything else that a caller raises is raised.
    """
    barrier = Barrier(callers)

    def run(number: int) -> T | DomainError:
        barrier.wait(_PATIENCE)
        usual = gettrace()
        settrace(_Preemption())
        try:
            return act(number)
        except DomainError as error:
            return error
        finally:
            settrace(usual)

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(run, range(callers)))


def only_winner[T](outcomes: Iterable[T | DomainError]) -> T:
    """What was returned by the only one that was not refused."""
    won = winners(outcomes)
    assert len(won) == 1, f"{len(won)} callers won."
    return won[0]


def winners[T](outcomes: Iterable[T | DomainError]) -> list[T]:
    """What was returned by those that were not refused."""
    return [outcome for outcome in outcomes if not isinstance(outcome, DomainError)]


def refusals[T](outcomes: Iterable[T | DomainError]) -> Counter[type[DomainError]]:
    """How often each error was raised."""
    return Counter(type(outcome) for outcome in outcomes if isinstance(outcome, DomainError))


class _Preemption:
    """A trace function that makes its thread pause before each line of a port's method, a little also in what that calls.

    Left alone, a caller is through before the next one has woken up, and the worst adapter passes. What checks in one call and
    acts in the next is parted by the long pause; others check meanwhile, since they pause less inside of the calls.
    """

    def __init__(self) -> None:
        self._depth = 0

    def __call__(self, frame: FrameType, event: str, arg: object) -> Self | None:
        if event == "call":
            if _shares_nothing(frame.f_globals.get("__name__", "")):
                return None
            self._depth += 1
        elif event == "return":
            self._depth -= 1
        elif event == "line" and self._depth in _PAUSES:
            sleep(_PAUSES[self._depth])
        return self


def _shares_nothing(module: str) -> bool:
    """Whether its lines are not worth a pause: values, the contracts themselves, the standard library."""
    return module.startswith(_VALUES) or module.partition(".")[0] in sys.stdlib_module_names
