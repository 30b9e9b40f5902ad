"""Runs one server process for as long as tests need it: on loopback, with its output in a file, ended by its own id."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event

LOOPBACK = "127.0.0.1"
_POLL_SECONDS = 0.05
_ENDING_SECONDS = 10.0
_SHOWN_LINES = 40
_PR_SET_PDEATHSIG = 1  # prctl(2)


class ServerFailed(Exception):
    """A server ended, or gave no answer in time. The message holds the end of its output."""


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A running server: its process leads a group of its own, whose id is the process's."""

    child: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, command: list[str], *, folder: Path, environment: Mapping[str, str]) -> "ServerProcess":
        """Start `command` in `folder` with this environment and nothing of the caller's but PATH. Linux ends it with the caller."""
        log = folder / "output.log"
        own = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder), "TMPDIR": str(folder), **environment}
        launcher = [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]
        with log.open("wb") as output:
            child = subprocess.Popen(
                launcher, cwd=folder, env=own, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        return cls(child, log)

    def wait_until_it_answers(self, port: int, path: str, *, seconds: float) -> None:
        """Return when `GET path` is answered, be it with a refusal. Raises `ServerFailed`."""
        deadline, never = time.monotonic() + seconds, Event()
        while not _answers(port, path):
            if self.child.poll() is not None:
                raise ServerFailed(f"the server ended with status {self.child.returncode}:\n{self.end_of_log()}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"the server gave no answer within {seconds:.0f} seconds:\n{self.end_of_log()}")
            never.wait(_POLL_SECONDS)

    def stop(self) -> None:
        """End the process and all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.child.wait(timeout=_ENDING_SECONDS)
        with suppress(ProcessLookupError):  # what did not end, and what the process left behind
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait(timeout=_ENDING_SECONDS)

    def end_of_log(self) -> str:
        """The last lines of its output."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-_SHOWN_LINES:])


@contextmanager
def running(
    command: list[str], *, folder: Path, environment: Mapping[str, str], port: int, path: str, seconds: float
) -> Iterator[ServerProcess]:
    """A server that answers `GET path` on `port`, until the block is left. Raises `ServerFailed`."""
    process = ServerProcess.start(command, folder=folder, environment=environment)
    try:
        process.wait_until_it_answers(port, path, seconds=seconds)
        yield process
    finally:
        process.stop()


@contextmanager
def free_port() -> Iterator[int]:
    """A port on loopback that the system gives to nobody else until the block is left.

    It stays bound here without listening. Linux lets a server listen on it all the same, because both ask for SO_REUSEADDR.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((LOOPBACK, 0))
        yield holder.getsockname()[1]


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _become(parent: int, command: list[str]) -> None:
    """Turn this process into `command`, one that Linux kills when its parent ends, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == parent:  # otherwise it ended before the wish was known
        os.execv(command[0], command)


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])
