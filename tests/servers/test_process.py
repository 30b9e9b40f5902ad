"""Server processes start, tell why they did not, and never outlive the process that started them."""

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.servers.installation import ROOT
from tests.servers.process import LOOPBACK, ServerFailed, free_port, running

SERVER = [sys.executable, "-m", "http.server", "--bind", LOOPBACK]
PATIENCE_SECONDS = 20
STARTER = """
import sys
from pathlib import Path
from tests.servers.process import ServerProcess
server = ServerProcess.start([sys.executable, "-c", "import signal; signal.pause()"], folder=Path(sys.argv[1]), environment={})
print(server.child.pid, flush=True)
sys.stdin.read()
"""


def ended(process: int) -> bool:
    """Whether a process, which need not be a child, ends in time."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], PATIENCE_SECONDS)[0])
    finally:
        os.close(descriptor)


def test_a_server_answers_within_the_block_and_is_gone_after_it(tmp_path: Path) -> None:
    with free_port() as port:
        with running([*SERVER, str(port)], folder=tmp_path, environment={}, port=port, path="/", seconds=PATIENCE_SECONDS) as server:
            assert server.child.poll() is None
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((LOOPBACK, port), timeout=1)


def test_a_server_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no room on this disk')"]
    with (
        free_port() as port,
        pytest.raises(ServerFailed, match=r"status 1:\nno room on this disk"),
        running(command, folder=tmp_path, environment={}, port=port, path="/", seconds=PATIENCE_SECONDS),
    ):
        pytest.fail("a server that had ended was taken for running")


def test_a_server_ends_with_the_process_that_started_it_even_by_kill_9(tmp_path: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with starter:
        assert starter.stdout is not None
        server = int(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)
    assert ended(server)
