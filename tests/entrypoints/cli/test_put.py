"""Files are named as soon as they are stored, whatever happens while their words are waited for."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.entrypoints.cli.command import TIMEOUT, CommandLine
from tests.entrypoints.server.served import cheap_settings, served


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """Somebody signed in at a server without a worker, which indexes nothing."""
    with served(cheap_settings(profile="memory")) as running:
        yield CommandLine(tmp_path_factory.mktemp("home"), running.origin).signed_up("patient@example.test")


def interrupted(person: CommandLine, note: Path, *options: str) -> tuple[int, bytes]:
    """The status and the stdout of a `put --wait` that is interrupted once it waits."""
    running = person.start("put", str(note), "--wait", "--verbose", *options, stdin=subprocess.DEVNULL)
    assert running.stderr is not None
    while not running.stderr.readline().startswith(b"GET /v1/files/"):
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    stdout, _ = running.communicate(timeout=TIMEOUT)
    return running.returncode, stdout


def test_a_file_is_named_before_its_words_are_waited_for(waiting: CommandLine, note: Path) -> None:
    running = waiting.start("put", str(note), "--wait", stdin=subprocess.DEVNULL)
    assert running.stdout is not None
    line = running.stdout.readline()
    running.kill()
    running.communicate(timeout=TIMEOUT)
    assert line.endswith(b"\tnote.txt\n")


def test_whoever_stops_waiting_has_the_stored_file_as_json_too(waiting: CommandLine, note: Path) -> None:
    status, stdout = interrupted(waiting, note, "--json")
    stored = json.loads(stdout)
    assert (status, stored["status"], stored["searchable"]) == (130, "available", False)


def test_the_help_promises_no_more_than_is_kept(waiting: CommandLine) -> None:
    told = " ".join(waiting.well("put", "--help").stdout.decode().split())
    assert "Of a file whose upload fails or is interrupted nothing is left." in told
