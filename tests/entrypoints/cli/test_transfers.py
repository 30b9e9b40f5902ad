"""Bytes up and down: exact, visible to a person, and without a trace when they do not arrive."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
from tests.entrypoints.cli.command import TIMEOUT, CommandLine, serving
from tests.entrypoints.cli.relay import Mood, Relay
from tests.entrypoints.cli.terminal import with_words_in_a_terminal

SIZE = 8 * 1024 * 1024  # more than sockets hold, so that a store that does not read holds the client up


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    with Relay() as listening:
        yield listening


@pytest.fixture(scope="module")
def member(relay: Relay, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """Somebody whose bytes go through the relay, unlike the questions to the API."""
    with serving(tmp_path_factory.mktemp("server"), "--profile", "memory", variables={"DEMOBACKEND_BASE_URL": relay.origin}) as server:
        address = urlsplit(server.api)
        relay.upstream = (address.hostname or "", address.port or 0)
        yield CommandLine(tmp_path_factory.mktemp("home"), server.api).signed_up("courier@example.test")


@pytest.fixture
def courier(member: CommandLine, relay: Relay) -> Iterator[CommandLine]:
    """The same with nothing in the way."""
    relay.mood = Mood.PASS_ON
    relay.reached.clear()
    yield member
    relay.mood = Mood.PASS_ON


@pytest.fixture(scope="module")
def content() -> bytes:
    return Random(5).randbytes(SIZE)


@pytest.fixture(scope="module")
def file_id(member: CommandLine, content: bytes) -> str:
    (member.home / "big.bin").write_bytes(content)
    [[stored, _]] = member.well("put", "big.bin").rows
    return stored


def test_bytes_come_back_as_they_went_into_a_file_and_to_stdout(courier: CommandLine, content: bytes, file_id: str) -> None:
    courier.well("get", file_id, "-o", "copy.bin")
    assert (courier.home / "copy.bin").read_bytes() == content
    assert courier.well("get", file_id, "-o", "-").stdout == content


def test_an_empty_file_is_a_file(courier: CommandLine) -> None:
    (courier.home / "empty").touch()
    [[stored, _]] = courier.well("put", "empty").rows
    assert courier.well("get", stored, "-o", "-").stdout == b""


def test_a_file_is_overwritten_only_by_force(courier: CommandLine, content: bytes, file_id: str) -> None:
    (courier.home / "mine.txt").write_text("mine")
    refused = courier("get", file_id, "-o", "mine.txt")
    assert (refused.status, "--force" in refused.stderr) == (1, True)
    assert (courier.home / "mine.txt").read_text() == "mine"
    courier.well("get", file_id, "-o", "mine.txt", "--force")
    assert (courier.home / "mine.txt").read_bytes() == content


def test_without_a_name_a_download_is_called_as_in_the_store_within_the_folder_chosen(courier: CommandLine, file_id: str) -> None:
    (courier.home / "folder").mkdir()
    courier.well("get", file_id, "-o", "folder")
    assert [path.name for path in (courier.home / "folder").iterdir()] == ["big.bin"]


def test_a_bar_shows_on_a_terminal_while_stdout_stays_data(courier: CommandLine, file_id: str) -> None:
    words, written = with_words_in_a_terminal(courier, "put", "big.bin")
    assert b"big.bin: uploading" in words
    assert "━".encode() in words
    assert written.endswith(b"\tbig.bin\n") and written.count(b"\n") == 1
    assert file_id not in written.decode()


@pytest.mark.usefixtures("file_id")
def test_an_interrupted_upload_ends_with_130_and_is_taken_back(courier: CommandLine, relay: Relay) -> None:
    relay.mood = Mood.STALL
    running = courier.start("put", "big.bin", "--name", "interrupted", stdin=subprocess.DEVNULL)
    assert relay.reached.wait(TIMEOUT)
    running.send_signal(signal.SIGINT)
    _, stderr = running.communicate(timeout=TIMEOUT)
    assert (running.returncode, stderr) == (130, b"\ninterrupted\n")
    assert courier.well("ls", "--name-prefix", "interrupted").rows == []


@pytest.mark.usefixtures("file_id")
def test_an_upload_that_breaks_is_taken_back(courier: CommandLine, relay: Relay) -> None:
    relay.mood = Mood.HANG_UP
    finished = courier("put", "big.bin", "--name", "broken")
    assert (finished.status, finished.stdout) == (1, b"")
    assert "broke" in finished.stderr
    assert courier.well("ls", "--name-prefix", "broken").rows == []


@pytest.mark.parametrize(("mood", "told"), [(Mood.FALSIFY, "not what was stored"), (Mood.HANG_UP, "broke")])
def test_a_download_that_goes_wrong_leaves_no_file(courier: CommandLine, relay: Relay, file_id: str, mood: Mood, told: str) -> None:
    before = sorted(courier.home.iterdir())
    relay.mood = mood
    finished = courier("get", file_id, "-o", "wrong.bin")
    assert (finished.status, told in finished.stderr) == (1, True)
    assert sorted(courier.home.iterdir()) == before


@pytest.mark.parametrize(("target", "kept"), [("-", False), ("wrong.bin", True)])
def test_only_of_a_file_is_it_said_that_nothing_was_kept(courier: CommandLine, relay: Relay, file_id: str, target: str, kept: bool) -> None:
    relay.mood = Mood.FALSIFY
    finished = courier("get", file_id, "-o", target)
    assert (finished.status, "nothing of it was kept" in finished.stderr) == (1, kept)
    assert "standard output" in finished.stderr or kept


def test_an_interrupted_download_ends_with_130_and_leaves_no_file(courier: CommandLine, relay: Relay, file_id: str) -> None:
    before = sorted(courier.home.iterdir())
    relay.mood = Mood.STALL
    running = courier.start("get", file_id, "-o", "late.bin", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    assert relay.reached.wait(TIMEOUT)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=TIMEOUT)
    assert running.returncode == 130
    assert sorted(courier.home.iterdir()) == before


def test_a_special_file_is_never_replaced(courier: CommandLine, file_id: str, tmp_path: Path) -> None:
    (tmp_path / "null").symlink_to("/dev/null")
    finished = courier("get", file_id, "-o", str(tmp_path / "null"), "--force")
    assert (finished.status, "no regular file" in finished.stderr) == (1, True)
