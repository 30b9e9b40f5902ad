"""The command line as a process of its own, without a terminal unless it is given one; and a server that it starts."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PASSWORD = "correct horse battery"
TIMEOUT = 60.0  # seconds, after which a test is lost anyway
_NOTHING: Mapping[str, str] = {}
# Cheap passwords, no limits in the way.
_SERVER = {
    "DEMOBACKEND_PASSWORD_HASH__MEMORY_KIB": "8",
    "DEMOBACKEND_PASSWORD_HASH__PASSES": "1",
    "DEMOBACKEND_LIMITS__CALLER_CALLS": "1000000",
    "DEMOBACKEND_LIMITS__PUBLIC_CALLS": "1000000",
}


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended."""

    status: int
    stdout: bytes
    stderr: str

    @property
    def json(self) -> Any:
        """What is on stdout."""
        return json.loads(self.stdout)

    @property
    def rows(self) -> list[list[str]]:
        """The cells of each line on stdout."""
        return [line.split("\t") for line in self.stdout.decode().splitlines()]


@dataclass(frozen=True)
class CommandLine:
    """One person's command line: a configuration and a working directory of their own."""

    home: Path
    api: str
    email: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] = _NOTHING) -> Finished:
        """Run a command to its end."""
        running = self.start(*arguments, stdin=subprocess.PIPE, variables=variables)
        stdout, stderr = running.communicate(stdin, timeout=TIMEOUT)
        return Finished(running.returncode, stdout, stderr.decode())

    def well(self, *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] = _NOTHING) -> Finished:
        """Run a command that must end well."""
        finished = self(*arguments, stdin=stdin, variables=variables)
        assert finished.status == 0, finished.stderr
        return finished

    def start(
        self,
        *arguments: str,
        stdin: int,
        stdout: int = subprocess.PIPE,
        stderr: int = subprocess.PIPE,
        variables: Mapping[str, str] = _NOTHING,
    ) -> "subprocess.Popen[bytes]":
        """Start a command, which has no controlling terminal."""
        return subprocess.Popen(
            [sys.executable, "-m", "demobackend_cli", *arguments],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            cwd=self.home,
            env={**self._environment(), **variables},
            start_new_session=True,
        )

    def with_variables(self, **variables: str) -> "CommandLine":
        """The same with these in its environment."""
        return replace(self, variables={**self.variables, **variables})

    @property
    def credentials(self) -> Path:
        """Where sessions are kept."""
        return self.home / "config" / "demobackend" / "credentials.json"

    def signed_up(self, email: str) -> "CommandLine":
        """The same with an account, confirmed and signed in."""
        person = replace(self, email=email)
        person.well("register", email, "--password-stdin", stdin=PASSWORD.encode())
        person.well("confirm", email, person.well("mailbox", "--to", email).rows[0][0])
        person.sign_in(email)
        return person

    def sign_in(self, email: str) -> None:
        """A session of its own."""
        self.well("login", email, variables={"DEMOBACKEND_PASSWORD": PASSWORD})

    def outdate(self) -> None:
        """As if the access token had come to its end."""
        document = json.loads(self.credentials.read_text())
        for one in document["origins"].values():
            one["expires_at"] = 0
        self.credentials.write_text(json.dumps(document))

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'entrypoints'}",
            "DEMOBACKEND_API": self.api,
            **self.variables,
        }


@dataclass(frozen=True)
class Server:
    """A server that a command line started."""

    api: str
    pid: int
    data: Path
    log: Path

    def operations(self, name: str) -> int:
        """How many requests of this operation were answered."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return sum(line.get("operation") == name for line in lines)


@contextmanager
def serving(work: Path, *options: str, port: int = 0, variables: Mapping[str, str] = _NOTHING) -> Iterator[Server]:
    """`demobackend serve`, on a free port unless one is chosen, until the block ends; data and log are under `work`."""
    log, data = work / "server.log", work / "data"
    command = CommandLine(work, "", variables={**_SERVER, **variables})
    with log.open("ab") as stream:
        running = command.start(
            "serve", "--json", "--port", str(port), "--data", str(data), *options, stdin=subprocess.DEVNULL, stderr=stream.fileno()
        )
    try:
        assert running.stdout is not None
        line = running.stdout.readline()
        assert line, log.read_text()
        ready = json.loads(line)
        yield Server(ready["api"], ready["pid"], data, log)
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=TIMEOUT)
