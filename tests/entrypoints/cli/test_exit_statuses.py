"""Each way to end has its status, and says on stderr what is the matter."""

import re
import socket
import subprocess
from pathlib import Path

import pytest
from tests.entrypoints.cli.command import CommandLine

from demobackend_cli.main import run

UNKNOWN_ID = "01a20752-a2e9-7401-a8b1-8fcd54311324"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["lss"], 'Did you mean "ls"'),
        (["ls", "--limt", "3"], "Did you mean --limit"),
        (["ls", "--limit", "0"], "Must be >= 1"),
        (["search", "word", "--limit", "101"], "Must be <= 100"),
        (["ls", "--order", "size"], "--order"),
        (["ls", "--api"], "--api requires an argument"),
        (["get"], "demobackend get --help"),
        (["put", "a", "b", "--name", "c"], "several files"),
        (["whoami", "--api", "ftp://example.test"], "ftp://example.test is not the address of a server"),
        (["whoami", "--api", "http://user@example.test"], "is not the address of a server"),
        (["serve", "--port", "65536"], "Must be <= 65535"),
        (["serve", "--port", "-5"], "Must be >= 0"),
        (["serve", "--workers", "0"], "Must be >= 1"),
        (["serve", "--host", "0.0.0.0", "--demo"], "--demo"),
        (["put"], "demobackend put --help"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_was_meant(line: list[str], told: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(line) == 2
    said = capfd.readouterr()
    assert told in said.err
    assert said.out == ""


@pytest.mark.parametrize("line", [["whoami"], ["ls"], ["put", "note.txt"], ["search", "word"], ["rm", UNKNOWN_ID], ["logout"]])
def test_whoever_is_not_signed_in_is_told_so_with_3(
    line: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.txt").touch()
    assert run(line) == 3
    assert "demobackend login EMAIL" in capfd.readouterr().err


def test_without_a_command_there_is_help(capfd: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    assert "Find files by the words" in capfd.readouterr().out


def test_the_help_of_a_command_shows_the_options_of_all_commands_too(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["put", "--help"]) == 0
    said = capfd.readouterr().out
    assert "--media-type" in said and "--api" in said


@pytest.mark.parametrize("command", ["serve", "audit", "reindex", "backup", "restore-backup", "rotate-keys", "dead-letters"])
def test_the_help_of_a_command_that_asks_no_server_names_no_option_for_one(command: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    said = capfd.readouterr().out
    assert said.startswith(f"Usage: demobackend {command}") and "--json" in said and "--api" not in said


@pytest.mark.parametrize(
    ("command", "usage"), [("put", "FILE..."), ("get", "ID"), ("rm", "ID..."), ("restore", "ID..."), ("search", "WORD...")]
)
def test_the_help_says_what_a_commands_arguments_are(command: str, usage: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    said = capfd.readouterr().out
    assert f"Usage: demobackend {command} [OPTIONS] {usage}\n" in said
    assert re.search(rf"\* +{usage.rstrip('.')} +[A-Z]\w+ .*\[required\]", said)


@pytest.mark.parametrize("command", ["get", "rm", "restore"])
def test_a_file_that_is_not_there_is_4(ada: CommandLine, command: str) -> None:
    assert ada(command, UNKNOWN_ID).status == 4


def test_what_is_no_id_is_4_and_says_where_ids_are(ada: CommandLine) -> None:
    finished = ada("get", "report.pdf")
    assert finished.status == 4
    assert "demobackend ls" in finished.stderr


def test_a_refusal_is_1_with_its_code_its_pointers_and_on_demand_its_request_id(ada: CommandLine, note: Path) -> None:
    finished = ada("put", str(note), "--tag", "a/b", "--verbose")
    assert finished.status == 1
    assert "error: " in finished.stderr and "(invalid_tag)" in finished.stderr
    assert "/tags/0: " in finished.stderr
    assert "\nrequest id: " in finished.stderr


def test_a_broken_rule_is_told_once_with_the_place_where_it_is_broken(ada: CommandLine) -> None:
    finished = ada("search", "x" * 300)
    assert (finished.status, finished.stderr) == (1, "error: /q: A query has at most 256 characters. (query_too_long)\n")


def test_a_wrong_password_is_a_refusal_not_a_lost_session(ada: CommandLine) -> None:
    finished = ada("login", "somebody@example.test", "--password-stdin", stdin=b"not the password")
    assert (finished.status, "invalid_credentials" in finished.stderr) == (1, True)


def test_where_no_server_is_a_person_learns_how_to_start_one(ada: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    finished = ada("mailbox", "--api", address)
    assert finished.status == 1
    assert finished.stderr == f"error: no server at {address}; start one with `make serve`\n"


def test_a_file_that_cannot_be_read_keeps_all_from_being_sent(ada: CommandLine, note: Path) -> None:
    finished = ada("put", str(note), "not-there.txt")
    assert (finished.status, finished.stdout) == (1, b"")
    assert "not-there.txt cannot be read" in finished.stderr


def test_a_reader_that_leaves_early_is_no_traceback(ada: CommandLine) -> None:
    running = ada.start("openapi", stdin=subprocess.DEVNULL)
    assert running.stdout is not None and running.stderr is not None
    running.stdout.close()
    with running.stderr:
        assert running.stderr.read() == b""
    assert running.wait() == 1
