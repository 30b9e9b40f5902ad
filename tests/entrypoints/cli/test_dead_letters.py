"""Changes that were given up, listed and tried again beside the running server."""

from contextlib import closing
from pathlib import Path

import apsw
import pytest
from tests.entrypoints.cli.command import CommandLine, serving
from tests.entrypoints.server.served import soon

from demobackend.testing.samples import OWNER, sample_id

_BURIED = """
    INSERT INTO changes (id, kind, owner_id, file_id, revision, due_at, attempts, reason, died_at)
    VALUES (?, 'file_changed', ?, ?, 1, 0, 8, 'unavailable', ?)"""
_NOON = 1_767_268_800_000  # of 2026-01-01, in milliseconds since 1970


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory whose server has ended, with three dead letters."""
    with serving(tmp_path) as server:
        pass
    with closing(apsw.Connection(str(server.data / "demobackend.db"))) as connection:
        connection.executemany(_BURIED, [(sample_id(n), OWNER, sample_id(10 + n), _NOON + n) for n in (2, 1, 3)])
    return server.data


@pytest.fixture
def operator(tmp_path: Path) -> CommandLine:
    """Somebody at the machine."""
    return CommandLine(tmp_path, "")


def listed(operator: CommandLine, data: Path) -> list[str]:
    """The ids of the dead letters."""
    return [row[0] for row in operator.well("dead-letters", "--data", str(data)).rows]


def test_an_operator_reads_which_changes_were_given_up_and_why_oldest_first(operator: CommandLine, data: Path) -> None:
    rows = operator.well("dead-letters", "--data", str(data)).rows
    assert [row[0] for row in rows] == [sample_id(1), sample_id(2), sample_id(3)]
    assert rows[0][1:] == ["2026-01-01T12:00:00.001Z", "unavailable", "8", "file_changed", sample_id(11), OWNER]
    (first, *_) = operator.well("dead-letters", "--data", str(data), "--json").json["items"]
    assert first == {
        "id": sample_id(1),
        "died_at": "2026-01-01T12:00:00.001Z",
        "reason": "unavailable",
        "attempts": 8,
        "kind": "file_changed",
        "file_id": sample_id(11),
        "owner_id": OWNER,
    }


def test_one_or_all_of_them_can_be_tried_again(operator: CommandLine, data: Path) -> None:
    assert operator.well("dead-letters", "--replay", sample_id(2), "--data", str(data)).rows == [[sample_id(2)]]
    assert listed(operator, data) == [sample_id(1), sample_id(3)]
    told = operator.well("dead-letters", "--replay-all", "--data", str(data), "--json").json
    assert (told, listed(operator, data)) == ({"replayed": [sample_id(1), sample_id(3)]}, [])


def test_what_is_tried_again_is_worked_through_by_the_server(operator: CommandLine, data: Path) -> None:
    with serving(data.parent), closing(apsw.Connection(str(data / "demobackend.db"))) as connection:
        connection.set_busy_timeout(5_000)
        operator.well("dead-letters", "--replay-all", "--data", str(data))
        assert soon(lambda: connection.execute("SELECT count(*) FROM changes").get == 0)


@pytest.mark.parametrize("options", [["--replay", sample_id(9)], ["--replay", "nonsense"]])
def test_a_letter_that_is_not_there_is_not_found_and_the_others_stay(operator: CommandLine, data: Path, options: list[str]) -> None:
    assert operator("dead-letters", *options, "--data", str(data)).status == 4
    assert len(listed(operator, data)) == 3


def test_one_and_all_at_once_is_wrong_usage(operator: CommandLine, tmp_path: Path) -> None:
    told = operator("dead-letters", "--replay", sample_id(1), "--replay-all", "--data", str(tmp_path / "absent"))
    assert told.status == 2


def test_where_there_is_no_data_none_is_made(operator: CommandLine, tmp_path: Path) -> None:
    told = operator("dead-letters", "--data", str(tmp_path / "absent"))
    assert (told.status, "--data" in told.stderr) == (4, True)
    assert not (tmp_path / "absent").exists()


def test_data_that_is_held_elsewhere_has_no_dead_letters_here(operator: CommandLine, tmp_path: Path) -> None:
    told = operator("dead-letters", "--data", str(tmp_path), variables={"DEMOBACKEND_PROFILE": "memory"})
    assert (told.status, "data directory" in told.stderr) == (1, True)
