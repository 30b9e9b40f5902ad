"""Servers as their users start them, on 127.0.0.1 only and for a bounded time, with what /proc tells of them."""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import IO

from demobackend.composition.build import build
from demobackend.composition.settings import Settings
from demobackend.testing.client import Client

ADDRESS = "ada@example.test"
PASSWORD = "correct horse battery"
LOOPBACK = "127.0.0.1"
_LONGEST_LIFE_SECONDS = 1_800.0
_GRACE_SECONDS = 30.0
_TICKS = os.sysconf("SC_CLK_TCK")

type Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it listens, and the process that was started for it."""

    port: int
    pid: int

    def connect(self) -> http.client.HTTPConnection:
        """A connection that is kept alive."""
        return http.client.HTTPConnection(LOOPBACK, self.port, timeout=120)

    def cpu_seconds(self) -> float:
        """User and system time of the process and its children, those that ended included; to 0.01 s."""
        return _ticks(self.pid) / _TICKS

    def memory_kib(self, field: str) -> int:
        """`VmRSS` or `VmHWM` of the process alone."""
        found = re.search(rf"^{field}:\s+(\d+) kB$", Path(f"/proc/{self.pid}/status").read_text(), re.MULTILINE)
        assert found is not None
        return int(found[1])

    def forget_peak(self) -> None:
        """Let `VmHWM` count from now on."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")


@contextmanager
def demobackend(data: Path, **environment: str) -> Iterator[Server]:
    """`demobackend serve` with the local profile on a free port."""
    command = [str(Path(sys.executable).parent / "demobackend"), "serve", "--port", "0", "--data", str(data), "--json"]
    with process(command, environment, log=data / "server.log") as running:
        assert running.stdout is not None
        ready = json.loads(running.stdout.readline() or "{}")
        assert ready.get("pid") == running.pid, (data / "server.log").read_text()
        yield Server(int(ready["api"].rpartition(":")[2]), running.pid)


@contextmanager
def process(
    command: list[str], environment: Mapping[str, str], *, log: Path, stdin: IO[bytes] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process of ours and nobody else's, ended by its own id, at the latest half an hour on."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DEMOBACKEND_")}
    with log.open("w") as errors:
        running = subprocess.Popen(
            command, env={**own, **environment}, stdin=stdin, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=log.parent
        )
    limit = Timer(_LONGEST_LIFE_SECONDS, running.kill)
    limit.start()
    try:
        yield running
    finally:
        limit.cancel()
        running.terminate()
        try:
            running.communicate(timeout=_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()


def open_account(data: Path) -> str:
    """A confirmed account in a data directory that no server uses; returns its user id."""
    with closing(build(Settings(data=data))) as application:
        client = Client(application.dispatch)
        client("POST", "/v1/auth/register", body={"email": ADDRESS, "password": PASSWORD})
        code = re.findall(r"[0-9]{6}", application.mailbox.newest(to=ADDRESS, limit=1)[0].mail.text)[0]
        client("POST", "/v1/auth/confirm", body={"email": ADDRESS, "code": code})
        tokens = client("POST", "/v1/auth/login", body={"email": ADDRESS, "password": PASSWORD}).json["tokens"]
        user_id: str = Client(application.dispatch, tokens["access_token"])("GET", "/v1/me").json["id"]
        return user_id


def ask(connection: http.client.HTTPConnection, method: str, target: str, *, body: object = None, headers: Headers | None = None) -> bytes:
    """One request over a kept connection; anything but success ends the benchmark."""
    sent = {"Accept": "application/json", **(headers or {})}
    if body is not None:
        sent["Content-Type"] = "application/json"
    connection.request(method, target, None if body is None else json.dumps(body).encode(), sent)
    with connection.getresponse() as response:
        answer = response.read()
        assert 200 <= response.status < 300, (method, target, response.status, answer[:500])
        return answer


def sign_in(connection: http.client.HTTPConnection) -> dict[str, str]:
    """The header that says who asks."""
    answer = json.loads(ask(connection, "POST", "/v1/auth/login", body={"email": ADDRESS, "password": PASSWORD}))
    return {"Authorization": f"Bearer {answer['tokens']['access_token']}"}


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """A directory that goes when the benchmark is over."""
    with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as folder:
        yield Path(folder)


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = {int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()}
    return sum(map(int, fields[11:15])) + sum(map(_ticks, children))
