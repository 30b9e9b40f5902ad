"""kill -9 of the server at a hundred moments while four clients upload, rename, trash and register.

Every client keeps a journal of what was acknowledged. After each restart everything acknowledged is there, with the right bytes
and in the end searchable, and nothing is available that no client asked to complete.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
from tests.end_to_end.crash.clients import Client, Server, join, sign_in

KILLS = int(os.environ.get("CRASH_TEST_KILLS", "100"))
SEED = int(os.environ.get("CRASH_TEST_SEED", "20261123"))
CLIENTS = 4
MOST_REQUESTS = 60  # a server lives for at most so many


class Lives:
    """Starts servers over one data directory, one after another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        script = Path(__file__).with_name("zygote.py")
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self.zygote = subprocess.Popen(
            [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=environment
        )

    def start(self, *, fatal: int) -> Server:
        """A server that answers."""
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        self.zygote.stdin.write(f"{self.folder}\n")
        self.zygote.stdin.flush()
        line = self.zygote.stdout.readline()
        assert line, "the server did not start"
        ready = json.loads(line)
        parts = urlsplit(ready["api"])
        assert parts.hostname is not None
        assert parts.port is not None
        return Server(ready["pid"], (parts.hostname, parts.port), fatal)

    def end(self) -> None:
        """No more of them."""
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        self.zygote.stdin.close()
        self.zygote.stdout.close()
        self.zygote.wait(timeout=30)


@pytest.fixture
def lives(tmp_path: Path) -> Iterator[Lives]:
    started = Lives(tmp_path)
    yield started
    started.end()


def live_and_die(server: Server, clients: list[Client]) -> None:
    """All clients act until the server is killed; whatever one of them objects to is raised."""
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        killed = pool.submit(server.kill_when_due)
        for acting in [pool.submit(client.act_until_gone) for client in clients]:
            acting.result(timeout=60)
        killed.result(timeout=60)


def test_everything_acknowledged_survives_a_kill_at_any_moment(lives: Lives) -> None:
    random = Random(SEED)
    clients = [Client(number, Random(random.random())) for number in range(CLIENTS)]
    server = lives.start(fatal=0)
    for client in clients:
        client.meet(server)
        client.token = join(client, f"client{client.number}@example.test")
    os.kill(server.pid, signal.SIGKILL)
    for _ in range(KILLS):
        server = lives.start(fatal=random.randrange(1, MOST_REQUESTS))
        for client in clients:
            client.meet(server)
            client.check_what_is_unsettled()
        server.begun = 0
        live_and_die(server, clients)
    server = lives.start(fatal=0)
    for client in clients:
        client.meet(server)
        client.check_that_nothing_else_is_available()
        for file_id, expected in client.files.items():
            client.check(file_id)
            if expected.statuses == {"available"}:
                client.check_that_it_is_found(file_id)
        for address in client.registered:
            sign_in(client, address)
    assert sum(len(client.files) for client in clients) >= KILLS
    assert sum(len(client.registered) for client in clients) >= KILLS / 10
    os.kill(server.pid, signal.SIGTERM)
