"""What keeps `serve` from starting is told in one sentence."""

import logging
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.entrypoints.server.served import cheap_settings

from demobackend.composition.build import build
from demobackend_server.serve import serve


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """`serve` is a program's last call: it sends the log to what is stderr now and, in a test, is closed afterwards."""
    logger = logging.getLogger("demobackend")
    before = (list(logger.handlers), logger.level, logger.propagate)
    yield
    logger.handlers, logger.level, logger.propagate = before


def refusal(capsys: pytest.CaptureFixture[str], data: Path, *, profile: str = "local", port: int = 0, workers: int = 1) -> str:
    """The sentence."""
    status = serve(cheap_settings(profile=profile, data=data), host="127.0.0.1", port=port, workers=workers, json_ready=True)
    said = capsys.readouterr()
    assert (status, said.out, said.err.count("\n"), said.err[:7]) == (1, "", 1, "error: ")
    return said.err[7:-1]


def test_a_port_in_use(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = refusal(capsys, tmp_path, port=port)
    assert sentence == f"Port {port} on 127.0.0.1 is in use; stop what uses it, or choose another with --port."


def test_a_port_beyond_ports(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert refusal(capsys, tmp_path, port=65_536) == "65536 is no port; ports go up to 65535."


def test_a_data_directory_that_cannot_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    taken = tmp_path / "data"
    taken.write_text("a file")
    assert refusal(capsys, taken) == f"The data directory {taken} cannot be written: File exists."


@pytest.mark.parametrize("workers", [1, 2])
def test_a_database_of_a_later_version(capsys: pytest.CaptureFixture[str], tmp_path: Path, workers: int) -> None:
    application = build(cheap_settings(profile="local", data=tmp_path))
    application.make_dispatch()
    application.close()
    with sqlite3.connect(tmp_path / "demobackend.db") as database:
        database.execute("PRAGMA user_version = 99")
    assert refusal(capsys, tmp_path, workers=workers).startswith("The database has version 99; ")


@pytest.mark.parametrize(("profile", "workers"), [("memory", 2), ("local", 0)])
def test_a_number_of_workers_that_cannot_be(capsys: pytest.CaptureFixture[str], tmp_path: Path, profile: str, workers: int) -> None:
    assert "one" in refusal(capsys, tmp_path, profile=profile, workers=workers)
