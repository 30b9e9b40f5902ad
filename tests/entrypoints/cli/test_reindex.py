"""The search index is built anew while its server runs."""

from contextlib import closing
from pathlib import Path

import apsw
import pytest
from tests.entrypoints.cli.command import CommandLine, serving


def test_an_index_that_lost_everything_is_built_anew_while_the_server_runs(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("seventeen herons crossed the estuary\n")
    with serving(tmp_path) as server:
        person = CommandLine(tmp_path, server.api).signed_up("careful@example.test")
        [[file_id, _]] = person.well("put", "notes.txt", "--wait").rows
        with closing(apsw.Connection(str(server.data / "demobackend.db"))) as connection:
            connection.set_busy_timeout(5_000)
            connection.execute("DELETE FROM search_documents; DELETE FROM search_words")
        assert person.well("search", "herons").rows == []
        for options in ([], ["--read-again"]):
            told = person.well("reindex", "--data", str(server.data), "--json", *options).json
            assert told == {"files": 1, "refused": []}
            assert [row[0] for row in person.well("search", "herons").rows] == [file_id]


def test_a_file_whose_bytes_are_gone_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("seventeen herons crossed the estuary\n")
    with serving(tmp_path) as server:
        person = CommandLine(tmp_path, server.api).signed_up("careful@example.test")
        [[file_id, _]] = person.well("put", "notes.txt", "--wait").rows
        for path in (server.data / "blobs").rglob("*"):
            if path.is_file() and path.stat().st_size:
                path.unlink()
        told = person("reindex", "--data", str(server.data), "--read-again")
        assert (told.status, file_id in told.stderr) == (1, True)


@pytest.mark.parametrize("line", [("reindex",), ("audit", "ada@example.test"), ("backup", "copy"), ("rotate-keys",)])
def test_where_there_is_no_data_each_command_says_so_and_makes_none(line: tuple[str, ...], tmp_path: Path) -> None:
    told = CommandLine(tmp_path, "")(*line, "--data", "nothing")
    assert (told.status, told.stderr) == (4, "error: There is no data in nothing.\nName the data directory with --data.\n")
    assert list(tmp_path.iterdir()) == []
