"""Several server processes on one data directory: one of them works through the changes."""

import os
import signal
from contextlib import closing
from pathlib import Path

import apsw
from tests.entrypoints.cli.command import serving
from tests.entrypoints.server.served import soon
from tests.entrypoints.server.test_serve import servers_of

from demobackend.testing.samples import OWNER, sample_id

_A_YEAR_AHEAD = 4_000_000_000_000  # in milliseconds since 1970
_LEASED = f"""
    INSERT INTO changes (id, kind, owner_id, file_id, revision, due_at, attempts, leased_until)
    VALUES ('{sample_id(1)}', 'file_changed', '{OWNER}', '{sample_id(2)}', 1, {_A_YEAR_AHEAD}, 1, {_A_YEAR_AHEAD})"""


def run(data: Path, statement: str) -> int:
    """Run a statement on the database of a data directory and return its number, if any."""
    with closing(apsw.Connection(str(data / "demobackend.db"))) as connection:
        connection.set_busy_timeout(5_000)
        return int(connection.execute(statement).get or 0)


def leases(data: Path) -> int:
    return run(data, "SELECT count(*) FROM changes WHERE leased_until IS NOT NULL")


def test_a_second_server_leaves_the_changes_to_the_first_and_takes_over_when_that_is_killed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "data").symlink_to(tmp_path / "data")
    with serving(tmp_path) as first:
        run(first.data, _LEASED)
        with serving(other) as second:
            assert soon(lambda: "another server works on this data" in second.log.read_text())
            assert leases(first.data) == 1
            os.kill(first.pid, signal.SIGKILL)
            assert soon(lambda: leases(first.data) == 0)


def test_of_several_processes_of_one_server_that_are_killed_another_frees_what_the_worker_held(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as server:
        run(server.data, _LEASED)
        for process in servers_of(server.pid):
            os.kill(process, signal.SIGKILL)
        assert soon(lambda: leases(server.data) == 0)
