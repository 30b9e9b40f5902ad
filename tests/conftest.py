"""The real servers are there for every test that asks for one, and programs that tests start can be interrupted."""

import os
import signal

import moto  # noqa: F401 - first: moto reaches only sessions of boto3 that are made after it was loaded
import pytest

pytest_plugins = ["tests.servers.plugin"]

LONGEST = ("tests/end_to_end/crash/test_kill.py", "tests/domain/use_cases/test_faults.py", "tests/domain/use_cases/test_races.py")


def pytest_configure() -> None:
    """A shell starts what it puts into the background deaf to SIGINT, and whatever that starts would be so too.

    Without bytecode, each of the many programs that tests start would compile all that it imports.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The modules that take longest come first: several processes share the modules, and none should be left alone with one of these."""
    items.sort(key=lambda test: not test.nodeid.startswith(LONGEST))
