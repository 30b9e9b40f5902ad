"""`serve`, as a process of its own: how it starts, says so, and ends."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import loads
from pathlib import Path
from typing import Any

import pytest
from tests.entrypoints.server.served import PASSWORD, Talk, ask, sign_in, soon

from demobackend.composition.settings import Profile, Settings
from demobackend_cli.origins import DEFAULT
from demobackend_server.serve import next_command, next_steps, reaches_others

_MAIN = """
import sys
from demobackend.composition.settings import load_settings
from demobackend_server.serve import serve
if __name__ == "__main__":
    profile, data, port, workers, json_ready = sys.argv[1:]
    settings = load_settings(profile=profile, data=data, log_level="ERROR")
    sys.exit(serve(settings, host="127.0.0.1", port=int(port), workers=int(workers), json_ready=json_ready == "json"))
"""
_PATIENCE = 30.0  # seconds


class Process:
    """A server process."""

    def __init__(self, folder: Path, *, profile: str = "local", port: int = 0, workers: int = 1, json_ready: bool = True) -> None:
        main = folder / "main.py"
        main.write_text(_MAIN)
        arguments = [profile, str(folder / "data"), str(port), str(workers), "json" if json_ready else "text"]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
        self.child = subprocess.Popen(
            [sys.executable, str(main), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=folder
        )

    def ready(self) -> Any:
        """The ready event; the rest of stdout is left."""
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        assert line, self.end()
        return loads(line)

    def end(self) -> tuple[int, str, str]:
        """The exit status and the rest of stdout and stderr."""
        out, err = self.child.communicate(timeout=_PATIENCE)
        return self.child.returncode, out, err


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def start(folder: Path = tmp_path, **chosen: Any) -> Process:
        process = Process(folder, **chosen)
        started.append(process)
        return process

    yield start
    for process in started:
        process.child.kill()
        process.child.communicate()


@contextmanager
def talk_to(api: str) -> Iterator[Talk]:
    host, _, port = api.removeprefix("http://").partition(":")
    with Talk(socket.create_connection((host, int(port)), timeout=_PATIENCE)) as talk:
        yield talk


def status_of(api: str, target: str = "/healthz") -> int:
    return ask(api, "GET", target).status


def test_the_ready_line_is_all_that_stdout_ever_says(start: Callable[..., Process]) -> None:
    process = start()
    ready = process.ready()
    assert ready == {"event": "ready", "api": ready["api"], "console": None, "pid": process.child.pid}
    assert status_of(ready["api"]) == 200
    process.child.send_signal(signal.SIGTERM)
    assert process.end() == (0, "", "")


def test_without_json_stderr_says_what_to_do_next(start: Callable[..., Process]) -> None:
    process = start(profile="memory", json_ready=False)
    assert process.child.stderr is not None
    lines = [process.child.stderr.readline() for _ in range(3)]
    process.child.send_signal(signal.SIGINT)
    assert process.end() == (0, "", "")
    assert "DemoBackend serves on http://127.0.0.1:" in lines[0]
    assert lines[1].endswith(f"demobackend register you@example.test --api {lines[0].split()[3]}\n")
    assert "/docs" in lines[2]


def test_where_the_command_line_looks_anyway_it_is_not_told_where_to_look() -> None:
    assert next_command("http://127.0.0.1:8787") == "demobackend register you@example.test"
    assert Settings().base_url == DEFAULT


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_a_loopback_address_is_out_of_others_reach(host: str) -> None:
    assert not reaches_others(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "2001:db8::1"])
def test_every_other_address_is_not(host: str) -> None:
    assert reaches_others(host)


def test_codes_are_shown_where_only_this_machine_can_ask_for_them(start: Callable[..., Process]) -> None:
    process = start()
    assert status_of(process.ready()["api"], "/dev/mailbox") == 200


_ELSEWHERE = """
import socket, sys
from demobackend.composition.settings import load_settings
from demobackend_server.serve import run

class Elsewhere(socket.socket):
    def getsockname(self):
        return "192.0.2.1", super().getsockname()[1]

with Elsewhere() as listener:
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    port = listener.getsockname()[1]
    run(load_settings(profile="memory", log_level="ERROR"), listener, lambda: print(port, flush=True), False)
"""


def test_codes_are_not_shown_on_an_address_that_others_can_reach(tmp_path: Path) -> None:
    """The server listens on loopback, and takes that for another address."""
    command, environment = [sys.executable, "-c", _ELSEWHERE], {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment) as process:
        assert process.stdout is not None
        api = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        statuses = [status_of(api, target) for target in ("/healthz", "/dev/mailbox")]
        process.terminate()
    assert statuses == [200, 404]


@pytest.mark.parametrize(
    ("profile", "where"), [("local", "the mails are files in /srv/data/mail"), ("memory", "listen on 127.0.0.1 to read them")]
)
def test_where_others_can_ask_it_is_said_that_no_mails_are_shown(profile: str, where: str) -> None:
    settings = Settings(profile=Profile(profile), data=Path("/srv/data"))
    told = next_steps(settings, "http://192.0.2.1:8787", shows_mails=False)
    assert "Others can reach this address, so /dev/mailbox is not served" in told and where in told
    assert "Mails sent" not in told


def test_where_amazon_sends_the_mails_nothing_is_said_of_a_mailbox() -> None:
    assert "mail" not in next_steps(Settings(profile=Profile.AWS), "http://192.0.2.1:8787", shows_mails=False)


def test_signed_addresses_carry_the_port_that_was_found_free(start: Callable[..., Process]) -> None:
    process = start()
    api = process.ready()["api"]
    created = ask(api, "POST", "/v1/files", {"name": "notes.txt", "size": 1}, sign_in(api, "ada@example.test"))
    assert loads(created.body)["upload"]["url"].startswith(f"{api}/blobs/")


def test_a_request_under_way_is_finished_before_the_server_ends(start: Callable[..., Process]) -> None:
    process = start(profile="memory")
    api = process.ready()["api"]
    body = b'{"email":"ada@example.test","password":"%b"}' % PASSWORD.encode()
    head = b"POST /v1/auth/register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
    with talk_to(api) as talk:
        talk.say(head + b"Content-Length: %d\r\n\r\n" % len(body))
        assert talk.hear(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        process.child.send_signal(signal.SIGTERM)
        assert soon(lambda: not takes_connections(api))
        talk.say(body)
        answer = talk.answer()
        assert (answer.status, answer.headers["connection"]) == (202, "close")
    assert process.end() == (0, "", "")


def takes_connections(api: str) -> bool:
    try:
        with talk_to(api):
            return True
    except OSError:
        return False


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_server(pid: int) -> bool:
    """Whether it is one of our processes, and not Python's own resource tracker."""
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def servers_of(pid: int) -> list[int]:
    """The server processes under a parent."""
    return list(filter(is_server, children_of(pid)))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_several_workers_share_one_port_and_end_together(start: Callable[..., Process]) -> None:
    process = start(workers=2)
    ready = process.ready()
    assert ready["pid"] == process.child.pid
    assert len(servers_of(process.child.pid)) == 2
    assert {status_of(ready["api"], "/v1/me") for _ in range(20)} == {401}
    process.child.send_signal(signal.SIGTERM)
    assert process.end()[:2] == (0, "")


def test_a_worker_that_dies_is_replaced(start: Callable[..., Process]) -> None:
    process = start(workers=2)
    api = process.ready()["api"]
    before = servers_of(process.child.pid)
    os.kill(before[0], signal.SIGKILL)
    assert soon(lambda: len(servers_of(process.child.pid)) == 2 and before[0] not in servers_of(process.child.pid))
    assert status_of(api) == 200
    process.child.send_signal(signal.SIGTERM)
    assert process.end()[:2] == (0, "")


def test_workers_do_not_outlive_their_parent(start: Callable[..., Process]) -> None:
    process = start(workers=2)
    process.ready()
    servers = servers_of(process.child.pid)
    process.child.kill()
    assert soon(lambda: not any(map(alive, servers)))
