"""Running a contract on a binding without a test runner."""

from collections.abc import Iterator

import pytest

from demobackend.domain.model.errors import DomainError
from demobackend.testing.contracts.contract import Contract

_WALKS = "test_any_sequence"


def tests_of(binding: type[Contract]) -> list[str]:
    """The names of a contract's tests, those that try many sequences last."""
    return sorted((name for name in dir(binding) if name.startswith("test_")), key=lambda name: (name.startswith(_WALKS), name))


def failures_of(binding: type[Contract]) -> Iterator[str]:
    """The names of the tests that fail. An error that no contract speaks of is raised: it is no verdict."""
    for name in tests_of(binding):
        case = binding()
        case.setup_method()
        try:
            getattr(case, name)()
        except (AssertionError, DomainError, pytest.fail.Exception):
            yield name
        finally:
            case.teardown_method()


def first_failure_of(binding: type[Contract]) -> str | None:
    """The first test that fails, None for a binding that keeps its contract."""
    return next(failures_of(binding), None)
