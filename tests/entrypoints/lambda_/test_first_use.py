"""A handler is made when it is first invoked, once."""

import pytest

from demobackend_lambda.first_use import Handler, at_first_use


def test_a_handler_is_made_once_and_not_before_it_is_invoked() -> None:
    made: list[str] = []

    def make() -> Handler[int, int]:
        made.append("made")
        return lambda event, _: event + 1

    handler = at_first_use(make)
    assert made == []
    assert (handler(1, None), handler(2, None)) == (2, 3)
    assert made == ["made"]


def test_a_handler_that_could_not_be_made_is_made_at_the_next_invocation() -> None:
    faults = [OSError("no room")]

    def make() -> Handler[int, int]:
        if faults:
            raise faults.pop()
        return lambda event, _: event

    handler = at_first_use(make)
    with pytest.raises(OSError, match="no room"):
        handler(1, None)
    assert handler(1, None) == 1
