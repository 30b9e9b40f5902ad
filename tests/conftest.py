"""The real servers are there for every test that asks for one, and programs that tests start can be interrupted."""

import os
import signal

import moto  # noqa: F401 - first: moto reaches only sessions of boto3 that are made after it was loaded

pytest_plugins = ["tests.servers.plugin"]


def pytest_configure() -> None:
    """A shell starts what it puts into the background deaf to SIGINT, and whatever that starts would be so too.

    Without bytecode, each of the many programs that tests start would compile all that it imports.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
