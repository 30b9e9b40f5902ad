"""The servers that a local deployment stands on: one process holds them, and they end when it does."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event

from tests.servers import ministack, opensearch

ROOT = Path(__file__).parents[2]
STATE = ROOT / ".deploy-local"
_PID, _ADDRESSES, _OUTPUT = STATE / "servers.pid", STATE / "servers.json", STATE / "servers.log"
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


def start() -> Addresses:
    """Start them in a process that goes on when this one ends, and wait until both answer. Raises `ServersFailed`."""
    stop()
    STATE.mkdir(exist_ok=True)
    _ADDRESSES.unlink(missing_ok=True)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "infra")])}
    with _OUTPUT.open("wb") as output:
        holder = subprocess.Popen(
            [sys.executable, "-m", _MODULE],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _PID.write_text(f"{holder.pid}\n")
    deadline, never = time.monotonic() + _STARTING_SECONDS, Event()
    while not _ADDRESSES.exists():
        if holder.poll() is not None or time.monotonic() > deadline:
            raise ServersFailed(f"the servers did not come up; see {_OUTPUT}")
        never.wait(0.1)
    return Addresses(**json.loads(_ADDRESSES.read_text()))


def stop() -> bool:
    """End them and wait for that. False when none were running."""
    try:
        pid = int(_PID.read_text())
        if _MODULE not in Path(f"/proc/{pid}/cmdline").read_text():  # another process has that number by now
            return False
        os.kill(pid, signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError):
        return False
    deadline, never = time.monotonic() + _STOPPING_SECONDS, Event()
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        never.wait(0.1)
    _PID.unlink()
    return True


def _hold() -> None:
    """Run the servers until a signal ends this process; theirs end with it."""
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with ExitStack() as servers:
        folders = [STATE / name for name in ("ministack", "opensearch")]
        for folder in folders:
            folder.mkdir(exist_ok=True)
        search = servers.enter_context(opensearch.serve(folders[1]))
        aws = servers.enter_context(ministack.serve(folders[0]))
        addresses = Addresses(aws=aws.endpoint, search=search.url, access_key=aws.access_key, secret_key=aws.secret_key, region=aws.region)
        ready = _ADDRESSES.with_suffix(".new")
        ready.write_text(json.dumps(asdict(addresses)))
        ready.replace(_ADDRESSES)  # whole when it is there
        ended.wait()


if __name__ == "__main__":
    _hold()
