"""Passwords come from where they should; sessions are kept for their owner only, and outlive many commands at once."""

import json
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from tests.entrypoints.cli.command import PASSWORD, TIMEOUT, CommandLine, Server
from tests.entrypoints.cli.terminal import in_a_terminal

from demobackend_cli.api import Api, get
from demobackend_cli.credentials import CredentialFile
from demobackend_cli.origins import origin_from
from demobackend_cli.session import Session


@pytest.mark.parametrize("command", ["login", "register"])
def test_without_a_terminal_nobody_is_asked_for_a_password(newcomer: Callable[[], CommandLine], command: str) -> None:
    finished = newcomer()(command, "ada@example.test")
    assert (finished.status, finished.stdout) == (2, b"")
    assert "--password-stdin" in finished.stderr and "DEMOBACKEND_PASSWORD" in finished.stderr


def test_a_password_typed_at_a_terminal_is_not_shown(ada: CommandLine) -> None:
    shown = in_a_terminal(ada, "login", ada.email, typed=PASSWORD.encode() + b"\n", prompt=b"Password: ")
    assert b"Signed in" in shown
    assert PASSWORD.encode() not in shown


def test_credentials_are_their_owners_alone(ada: CommandLine) -> None:
    assert ada.credentials.stat().st_mode & 0o777 == 0o600
    assert ada.credentials.parent.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in ada.credentials.parent.iterdir()} == {"credentials.json", "credentials.lock"}


def test_whoever_ends_the_input_instead_of_typing_a_password_is_told_so(ada: CommandLine) -> None:
    shown = in_a_terminal(ada, "login", ada.email, typed=b"\x04", prompt=b"Password: ", status=2)
    assert b"error: no password was given" in shown and b"Traceback" not in shown


def test_neither_password_nor_tokens_are_ever_printed(newcomer: Callable[[], CommandLine], server: Server) -> None:
    person = newcomer().signed_up("quiet@example.test")
    [kept] = json.loads(person.credentials.read_text())["origins"].values()
    told = [person.well(*line, "--verbose") for line in (["whoami"], ["ls", "--json"], ["logout", "--json"])]
    everything = "".join(one.stdout.decode() + one.stderr for one in told) + server.log.read_text()
    assert not any(secret in everything for secret in (PASSWORD, kept["access_token"], kept["refresh_token"]))


def test_sessions_are_kept_per_server(ada: CommandLine) -> None:
    elsewhere = ada.api.replace("127.0.0.1", "localhost")
    assert ada("whoami", "--api", elsewhere).status == 3
    assert ada("whoami", "--api", f"{ada.api}/").status == 0


def test_an_access_token_at_its_end_is_renewed_unasked(ada: CommandLine) -> None:
    before = ada.credentials.read_text()
    ada.outdate()
    ada.well("whoami")
    assert ada.credentials.read_text() != before


def test_a_token_that_the_server_no_longer_takes_is_renewed_unasked(ada: CommandLine) -> None:
    document = json.loads(ada.credentials.read_text())
    for one in document["origins"].values():
        one["access_token"] = "not.a.token"
    ada.credentials.write_text(json.dumps(document))
    ada.well("whoami")


def test_of_many_that_find_a_token_at_its_end_at_the_same_moment_one_renews_it(ada: CommandLine, server: Server) -> None:
    ada.outdate()
    before = server.operations("refresh")
    together = Barrier(8)

    def ask(_: int) -> int:
        with Api(origin_from(ada.api)) as api:
            session = Session(api, CredentialFile(ada.credentials.parent))
            together.wait(TIMEOUT)
            return session.ask(get("/v1/me")).status

    with ThreadPoolExecutor(together.parties) as threads:
        assert set(threads.map(ask, range(together.parties))) == {200}
    assert server.operations("refresh") == before + 1


def test_commands_at_once_renew_a_session_once_and_all_go_on(ada: CommandLine, server: Server) -> None:
    ada.outdate()
    before = server.operations("refresh")
    running = [ada.start("whoami", stdin=subprocess.DEVNULL) for _ in range(2)]
    told = [one.communicate(timeout=TIMEOUT) for one in running]
    assert [one.returncode for one in running] == [0, 0], told
    assert server.operations("refresh") == before + 1
    ada.outdate()
    ada.well("whoami")


def test_a_session_that_was_ended_elsewhere_is_forgotten_and_said_so(newcomer: Callable[[], CommandLine], ada: CommandLine) -> None:
    other = newcomer()
    other.sign_in(ada.email)
    kept = other.credentials.read_text()
    other.well("logout")
    other.credentials.write_text(kept)
    other.outdate()
    finished = other("whoami")
    assert finished.status == 3
    assert f"demobackend login {ada.email}" in finished.stderr
    assert json.loads(other.credentials.read_text())["origins"] == {}


def test_a_broken_file_of_credentials_is_named(newcomer: Callable[[], CommandLine]) -> None:
    person = newcomer()
    person.credentials.parent.mkdir(parents=True)
    person.credentials.write_text("{")
    finished = person("whoami")
    assert (finished.status, "credentials.json is broken" in finished.stderr) == (1, True)
