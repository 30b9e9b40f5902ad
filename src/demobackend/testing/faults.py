"""Faults for any port: `faulty(port, faults)` behaves like the port until the plan says otherwise.

Several ports may share one `Faults`: then calls are counted over all of them, in the order in which they are made, and a test can
let each of them fail in turn::

    for faults in every_single_fault():
        world = build(catalog=faulty(catalog, faults), blobs=faulty(blobs, faults))
        try_the_use_case(world)
        check_that_nothing_is_broken(world)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import cache
from importlib import import_module
from io import IOBase
from itertools import count, islice
from pkgutil import iter_modules
from random import Random
from threading import Lock
from typing import Protocol, cast

from demobackend import ports
from demobackend.domain.model.errors import DomainError, Unavailable

RAISES_NOTHING = frozenset(
    {"Clock.now", "Ids.new", "RandomSource.token", "RandomSource.digits", "PasswordHasher.is_outdated", "BlobWriter.discard"}
)
"""What promises to raise nothing, port by port: it never fails and is not counted."""
_MOST_CALLS = 10_000  # more than any use case makes: a plan that still fires then will never end


class Fault(Enum):
    """What happens to a call. `BEFORE`: it is not carried out. `AFTER`: it is, and the answer is lost, whether that was a result
    or a refusal; a walk breaks off after its first step. Either way the caller sees `Unavailable`. `DELAY`: it is carried out late.
    """

    BEFORE = "before"
    AFTER = "after"
    DELAY = "delay"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a port's method: its place among all calls, from 1, and what was called, as in `MemoryFileCatalog.begin`."""

    number: int
    name: str
    fault: Fault | None


class Faults:
    """Decides which calls fail, counts them, and remembers them. Made by the functions below."""

    def __init__(self, choose: Callable[[int, str], Fault | None], *, pause: Callable[[], None] = lambda: None) -> None:
        self._choose = choose
        self._pause = pause
        self._lock = Lock()
        self._calls: list[Call] = []
        self.is_active = True
        """Set to False to let every call through, uncounted, as when a test looks at what is left."""

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call so far."""
        with self._lock:
            return tuple(self._calls)

    @property
    def fired(self) -> tuple[Call, ...]:
        """The calls that something happened to."""
        return tuple(call for call in self.calls if call.fault is not None)

    def carry_out[T](self, name: str, act: Callable[[], T]) -> T:
        """Make one call. Raises `Unavailable` when the plan says so."""
        if not self.is_active:
            return act()
        with self._lock:
            number = len(self._calls) + 1
            fault = self._choose(number, name)
            self._calls.append(Call(number, name, fault))
        if fault is Fault.BEFORE:
            raise Unavailable
        if fault is Fault.DELAY:
            self._pause()
        return _without_an_answer(act) if fault is Fault.AFTER else act()


def no_faults() -> Faults:
    """Nothing fails; calls are counted."""
    return Faults(lambda number, name: None)


def fault_at(number: int, fault: Fault, *, pause: Callable[[], None] = lambda: None) -> Faults:
    """The call of this number fails, from 1; `pause` is what `DELAY` does first, such as advancing a clock."""
    return Faults(lambda at, name: fault if at == number else None, pause=pause)


def fault_in(method: str, fault: Fault, *, times: int = 1, pause: Callable[[], None] = lambda: None) -> Faults:
    """The first calls of a method fail, named `begin` or `MemoryFileCatalog.begin`."""
    left = count(1)

    def choose(number: int, name: str) -> Fault | None:
        is_meant = method in {name, name.rpartition(".")[2]}
        return fault if is_meant and next(left) <= times else None

    return Faults(choose, pause=pause)


def seeded_faults(
    seed: int, *, share: float = 0.1, kinds: tuple[Fault, ...] = (Fault.BEFORE, Fault.AFTER), pause: Callable[[], None] = lambda: None
) -> Faults:
    """Each call fails with this probability; the same seed and the same calls give the same faults."""
    chance = Random(seed)
    return Faults(lambda number, name: chance.choice(kinds) if chance.random() < share else None, pause=pause)


def outage(*, pause: Callable[[], None] = lambda: None) -> Faults:
    """Every call fails; set `is_active` to False to end it."""
    return Faults(lambda number, name: Fault.BEFORE, pause=pause)


def advancing(advance: Callable[[timedelta], None], by: timedelta) -> Callable[[], None]:
    """A `pause` that lets time pass on a clock that tests move."""
    return lambda: advance(by)


def every_single_fault(*kinds: Fault, pause: Callable[[], None] = lambda: None) -> Iterator[Faults]:
    """Plans in which one call fails: the first, the second and so on, until a plan was used up without firing; for each kind.

    The kinds are `BEFORE` and `AFTER` unless named.
    """
    for kind in kinds or (Fault.BEFORE, Fault.AFTER):
        for number in range(1, _MOST_CALLS):
            faults = fault_at(number, kind, pause=pause)
            yield faults
            if not faults.fired:
                break
        else:
            raise AssertionError(f"The calls do not end after {_MOST_CALLS}.")


@cache
def methods_of_ports() -> dict[str, frozenset[str]]:
    """The methods of every port, by the port's name."""
    modules = (import_module(f"{ports.__name__}.{module.name}") for module in iter_modules(ports.__path__))
    kinds = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type) and Protocol in kind.__bases__}
    return {kind.__name__: frozenset(name for name in vars(kind) if not name.startswith("_")) for kind in kinds}


@cache
def raises_nothing(adapter: type, method: str) -> bool:
    """Whether every port with this method that the adapter has all methods of promises that this one raises nothing.

    So a method is let off only by its own port: one of the same name that may fail, on whatever port, fails.
    """
    fitting = [port for port, names in methods_of_ports().items() if method in names and all(hasattr(adapter, name) for name in names)]
    return bool(fitting) and RAISES_NOTHING.issuperset(f"{port}.{method}" for port in fitting)


def faulty[P](port: P, faults: Faults) -> P:
    """The port, with faults in the calls of its public methods. A write under way that it hands out fails in the same plan."""
    return cast(P, _Faulty(port, faults))


class _Faulty:
    """Stands in for a port, whichever it is: only its public methods are intercepted."""

    def __init__(self, port: object, faults: Faults) -> None:
        self._port = port
        self._kind: type = type(port)
        self._faults = faults

    def __getattr__(self, name: str) -> object:
        found = getattr(self._port, name)
        if name.startswith("_") or not callable(found) or raises_nothing(self._kind, name):
            return found

        def call(*arguments: object, **named: object) -> object:
            answer = self._faults.carry_out(f"{self._kind.__name__}.{name}", lambda: found(*arguments, **named))
            return _Faulty(answer, self._faults) if _is_a_write_under_way(answer) else answer

        return call


def _is_a_write_under_way(answer: object) -> bool:
    """Whether it is a `BlobWriter`: an answer with methods that a caller goes on to call."""
    return hasattr(answer, "commit") and hasattr(answer, "discard")


def _without_an_answer[T](act: Callable[[], T]) -> T:
    """Carry out a call whose answer never arrives, or only the beginning of it."""
    try:
        answer = act()
    except DomainError:
        raise Unavailable from None  # the refusal is lost too
    if isinstance(answer, IOBase):
        answer.close()
    elif isinstance(answer, Iterator):
        return cast(T, _broken_off(answer))
    raise Unavailable


def _broken_off[T](walk: Iterator[T]) -> Iterator[T]:
    yield from islice(walk, 1)
    raise Unavailable
