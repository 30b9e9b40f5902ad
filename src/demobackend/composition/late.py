"""Ports whose adapters are made when they are first called."""

from collections.abc import Callable
from functools import cached_property, partial, wraps
from typing import cast


class _Late[Port]:
    """Stands for the adapter and asks it for everything. Two threads that call first at once may both make one; the last is kept."""

    def __init__(self, make: Callable[[], Port]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Port:
        return self._make()

    def __getattr__(self, name: str) -> object:
        return getattr(self._made, name)


def late[**Parts, Port](make: Callable[Parts, Port]) -> Callable[Parts, Port]:
    """Let a factory return a port that is made of these parts when it is first used.

    A function of AWS Lambda pays for every client and library that it makes while it starts, so it makes what the request
    before it needs. When making fails, the call fails, and the next one tries again.
    """

    @wraps(make)
    def make_later(*args: Parts.args, **kwargs: Parts.kwargs) -> Port:
        return cast("Port", _Late(partial(make, *args, **kwargs)))

    return make_later
