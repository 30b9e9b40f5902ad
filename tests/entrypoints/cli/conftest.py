"""A server that all these tests share, and people with command lines."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from tests.entrypoints.cli.command import CommandLine, Server, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the local profile."""
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="session")
def newcomer(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Callable[[], CommandLine]:
    """Makes command lines of people who have no account."""
    return lambda: CommandLine(tmp_path_factory.mktemp("home"), server.api)


@pytest.fixture(scope="session")
def member(newcomer: Callable[[], CommandLine]) -> Callable[[], CommandLine]:
    """Makes command lines of people who are signed in, each with an account of their own."""
    numbers = count(1)

    return lambda: newcomer().signed_up(f"person{next(numbers)}@example.test")


@pytest.fixture(scope="session")
def ada(member: Callable[[], CommandLine]) -> CommandLine:
    """Somebody who stays signed in throughout."""
    return member()


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """A small file."""
    path = tmp_path / "note.txt"
    path.write_text("Seventeen herons were seen on the estuary.\n")
    return path
