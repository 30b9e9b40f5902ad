"""The server as a command: when it is ready, how it stops, its demo, and what the doctor thinks of it."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.entrypoints.cli.command import PASSWORD, TIMEOUT, CommandLine, serving

_COUNTING = """
import sys
from demobackend_cli.main import run
sys.addaudithook(lambda event, arguments: print("bound", arguments[1], file=sys.stderr) if event == "socket.bind" else None)
sys.exit(run(sys.argv[1:]))
"""


def test_the_ready_line_is_all_that_stdout_holds_and_sigterm_ends_it_well(tmp_path: Path) -> None:
    person = CommandLine(tmp_path, "")
    running = person.start("--json", "serve", "--port", "0", "--profile", "memory", stdin=subprocess.DEVNULL)
    assert running.stdout is not None
    ready = json.loads(running.stdout.readline())
    assert ready.keys() == {"event", "api", "console", "pid"}
    assert CommandLine(tmp_path, ready["api"]).well("doctor", "--json").json["status"] == "ok"
    running.send_signal(signal.SIGTERM)
    rest, _ = running.communicate(timeout=TIMEOUT)
    assert (rest, running.returncode) == (b"", 0)


def test_a_port_in_use_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        finished = CommandLine(tmp_path, "")("serve", "--port", str(taken.getsockname()[1]), "--demo")
    assert finished.status == 1
    assert "in use" in finished.stderr and "Traceback" not in finished.stderr


def test_without_a_region_the_profile_aws_is_refused_in_one_sentence(tmp_path: Path) -> None:
    nowhere = CommandLine(tmp_path, "").with_variables(AWS_CONFIG_FILE=str(tmp_path / "none"), DEMOBACKEND_BASE_URL="http://127.0.0.1:1")
    finished = nowhere("serve", "--profile", "aws", "--port", "0")
    assert (finished.status, finished.stderr) == (1, "error: No region is set: set AWS_REGION, or aws.region.\n")


def test_an_unknown_setting_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    finished = CommandLine(tmp_path, "").with_variables(DEMOBACKEND_DATTA="x")("serve")
    assert (finished.status, "Did you mean data?" in finished.stderr) == (1, True)


def test_the_demo_account_works_with_the_password_told_and_has_files(tmp_path: Path) -> None:
    with serving(tmp_path, "--demo") as server:
        person = CommandLine(tmp_path, server.api)
        password = _told_password(server.log)
        person.well("login", "demo@example.test", "--password-stdin", stdin=password.encode())
        assert {row[1] for row in person.well("ls").rows} == {"welcome.md", "field notes.txt", "sightings.csv"}
    with serving(tmp_path, "--demo") as server:
        assert _told_password(server.log, times=2) == password
    assert (server.data / "demo-password").stat().st_mode & 0o777 == 0o600


def test_the_demo_is_made_on_the_port_that_is_served_from_the_first(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(_COUNTING)
    environment = {"PATH": "", "HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    running = subprocess.Popen(
        [sys.executable, "main.py", "serve", "--demo", "--json", "--port", "0", "--profile", "memory"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment,
    )
    assert running.stdout is not None and json.loads(running.stdout.readline())["event"] == "ready"
    running.send_signal(signal.SIGTERM)
    _, said = running.communicate(timeout=TIMEOUT)
    assert (running.returncode, said.count(b"bound ")) == (0, 1)


def test_the_doctor_says_what_is_off_and_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    finished = CommandLine(tmp_path, "http://127.0.0.1:1")("doctor", "--data", "file")
    assert finished.status == 1
    said = finished.stdout.decode()
    assert "OFF  data directory" in said and "--data" in said
    assert "OFF  server" in said and "make serve" in said
    assert PASSWORD not in said


def _told_password(log: Path, times: int = 1) -> str:
    """The last password in a server's log once there are so many."""
    with log.open() as stream:
        told: list[str] = []
        while len(told) < times:
            line = stream.readline()
            if line.startswith("Demo account"):
                told.append(line.split("password: ")[1].strip())
    return told[-1]
