"""The servers that a local deployment stands on: one process holds them, and they end when it does."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event

ROOT = Path(__file__).parents[2]
_PID, _ADDRESSES, _OUTPUT = "servers.pid", "servers.json", "servers.log"
_FOLDERS = ("ministack", "opensearch")
_STARTING_SECONDS, _STOPPING_SECONDS = 240.0, 30.0
_MODULE = "demobackend_local.servers"


class ServersFailed(Exception):
    """The servers did not come up. The message says where their output is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the servers are, and the emulator's keys."""

    aws: str
    search: str
    access_key: str
    secret_key: str
    region: str


def start(state: Path) -> Addresses:
    """Start them, with nothing in them, in a process that goes on when this one ends, and wait until both answer.

    `state` is the folder of all that they write; what held one before in it is ended. Raises `ServersFailed`.
    """
    stop(state)
    state.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "infra")])}
    with (state / _OUTPUT).open("wb") as output:
        holder = subprocess.Popen(
            [sys.executable, "-m", _MODULE, str(state.resolve())],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    (state / _PID).write_text(f"{holder.pid}\n")
    addresses = state / _ADDRESSES
    deadline, never = time.monotonic() + _STARTING_SECONDS, Event()
    while not addresses.exists():
        if holder.poll() is not None or time.monotonic() > deadline:
            raise ServersFailed(f"the servers did not come up; see {state / _OUTPUT}")
        never.wait(0.1)
    return Addresses(**json.loads(addresses.read_text()))


def stop(state: Path) -> bool:
    """End them, wait for that, and take away what they held, which is much. False when none were running."""
    ended = _end(state / _PID)
    (state / _ADDRESSES).unlink(missing_ok=True)
    for name in _FOLDERS:
        shutil.rmtree(state / name, ignore_errors=True)
    return ended


def _end(pid_file: Path) -> bool:
    try:
        pid = int(pid_file.read_text())
        if _MODULE not in Path(f"/proc/{pid}/cmdline").read_text():  # another process has that number by now
            return False
        os.kill(pid, signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError):
        return False
    finally:
        pid_file.unlink(missing_ok=True)
    deadline, never = time.monotonic() + _STOPPING_SECONDS, Event()
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        never.wait(0.1)
    return True


def _hold(state: Path) -> None:
    """Run the servers until a signal ends this process; theirs end with it."""
    from tests.servers import ministack, opensearch  # found where this process looks, and only there

    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with ExitStack() as servers:
        emulated, searched = (state / name for name in _FOLDERS)
        for folder in (emulated, searched):
            folder.mkdir(exist_ok=True)
        search = servers.enter_context(opensearch.serve(searched))
        aws = servers.enter_context(ministack.serve(emulated))
        addresses = Addresses(aws=aws.endpoint, search=search.url, access_key=aws.access_key, secret_key=aws.secret_key, region=aws.region)
        ready = state / f"{_ADDRESSES}.new"
        ready.write_text(json.dumps(asdict(addresses)))
        ready.replace(state / _ADDRESSES)  # whole when it is there
        ended.wait()


if __name__ == "__main__":
    _hold(Path(sys.argv[1]))
