"""What was acknowledged outlives the process, and is on the disk before anybody hears of it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import demobackend
from demobackend.adapters.sqlite.database import Database

WRITER = Path(__file__).with_name("acknowledging_writer.py")
SOURCES = Path(demobackend.__file__).parents[1]
PATIENCE = 60.0


def command(path: Path, *, threads: int, pairs: int) -> list[str]:
    return [sys.executable, str(WRITER), str(path), str(threads), str(pairs)]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(SOURCES)}


def stored(path: Path) -> dict[str, set[int]]:
    """The numbers of the stored halves of pairs, after the file was found sound."""
    with Database.open(path) as database:
        database.check()
        rows = database.read(lambda connection: connection.execute("SELECT bucket, taken_at FROM takes").fetchall())
    halves: dict[str, set[int]] = {"first": set(), "second": set()}
    for bucket, number in rows:
        halves[str(bucket)].add(int(str(number)))
    return halves


@pytest.mark.parametrize("acknowledged", [1, 20, 100, 400, 1_000])
def test_after_a_kill_everything_acknowledged_is_there_and_nothing_is_half_there(path: Path, acknowledged: int) -> None:
    with subprocess.Popen(command(path, threads=8, pairs=1_000_000), stdout=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(acknowledged)]
        process.kill()
        # The last line may be cut by the kill; the ones before it were told.
        told += [int(line) for line in process.stdout.read().splitlines(keepends=True) if line.endswith(b"\n")]
    halves = stored(path)
    assert set(told) <= halves["first"]
    assert halves["first"] == halves["second"]


def strace(path: Path, log: Path, *options: str, threads: int, pairs: int) -> subprocess.CompletedProcess[bytes]:
    """Run the writer under strace. Where that is not possible, the test fails in CI and is skipped elsewhere."""
    refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
    tracer = shutil.which("strace")
    if tracer is None:
        refuse("strace is not installed")
    arguments = [tracer, "-f", "-y", "-o", str(log), *options, *command(path, threads=threads, pairs=pairs)]
    run = subprocess.run(arguments, capture_output=True, env=environment(), timeout=PATIENCE, check=False)
    if not log.exists() or b"ptrace" in run.stderr.lower():
        refuse("strace may not trace processes here")
    return run


def hasty_acknowledgements(log: str, database: Path) -> list[str]:
    """Acknowledgements in a log of system calls that were sent while bytes of the database were not on the disk."""
    dirty: set[str] = set()
    hasty: list[str] = []
    for line in log.splitlines():
        call = re.match(r"\d+ +(\w+)\((\d+)<([^>]*)>", line)
        if call is None:
            continue
        name, descriptor, file = call.groups()
        if name in {"fsync", "fdatasync"} and line.rstrip().endswith("= 0"):
            dirty.discard(file)
        elif name == "pwrite64" and file.startswith(str(database)) and not file.endswith("-shm"):
            dirty.add(file)
        elif name == "write" and descriptor == "1" and dirty:
            hasty.append(line)
    return hasty


def test_no_acknowledgement_leaves_before_its_bytes_are_on_the_disk(path: Path, tmp_path: Path) -> None:
    # One thread: another's commit may rightly be on its way while this one's acknowledgement is sent.
    log = tmp_path / "calls"
    run = strace(path, log, "-e", "trace=fsync,fdatasync,pwrite64,write", threads=1, pairs=20)
    assert run.stdout.split() == [b"%d" % number for number in range(20)]
    calls = log.read_text()
    assert hasty_acknowledgements(calls, path) == []
    unsynced = "\n".join(line for line in calls.splitlines() if "sync(" not in line)
    assert len(hasty_acknowledgements(unsynced, path)) == 20, "Without the syncs every acknowledgement would be hasty."


def test_an_fsync_that_fails_ends_the_process_and_nothing_unsynced_was_acknowledged(path: Path, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    run = strace(path, log, "-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:error=EIO:when=20+", threads=1, pairs=1_000)
    assert run.returncode in {-signal.SIGABRT, 128 + signal.SIGABRT}
    assert b"fsync of the database failed" in run.stderr
    assert log.read_text().count("INJECTED") == 1, "A failed fsync is not tried again."
    assert {int(line) for line in run.stdout.split()} <= stored(path)["first"]
