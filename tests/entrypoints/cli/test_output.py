"""What goes where: data to stdout, words to stderr, colour to terminals only."""

import json
import re
from pathlib import Path

import pytest
from tests.entrypoints.cli.command import ROOT, CommandLine
from tests.entrypoints.cli.terminal import in_a_terminal

COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def stored(ada: CommandLine) -> str:
    """The id of a file that can be found."""
    (ada.home / "otter.txt").write_bytes(b"An otter with \x1b[31mred ears\x1b[0m and a ledger.\n")
    [[file_id, _]] = ada.well("put", "otter.txt", "--wait", "--name", "Ötter.txt").rows
    return file_id


def test_put_prints_the_id_and_name_and_nothing_else(ada: CommandLine, note: Path) -> None:
    finished = ada.well("put", str(note))
    assert re.fullmatch(rb"[0-9a-f-]{36}\tnote\.txt\n", finished.stdout)
    assert finished.stderr == ""


def test_several_files_are_a_line_each(ada: CommandLine, note: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.bin").touch()
    assert [row[1] for row in ada.well("put", str(note), str(tmp_path / "empty.bin")).rows] == ["note.txt", "empty.bin"]


def test_advice_goes_to_stderr(ada: CommandLine, stored: str) -> None:
    finished = ada.well("rm", stored)
    assert finished.stdout == b""
    assert f"demobackend restore {stored}" in finished.stderr
    ada.well("restore", stored)


@pytest.mark.parametrize("line", [("--json", "ls"), ("ls", "--json")])
def test_json_is_the_apis_own_wherever_the_option_stands(ada: CommandLine, stored: str, line: tuple[str, ...]) -> None:
    page = ada.well(*line).json
    assert set(page) == {"items", "next_cursor"}
    assert next(file["name"] for file in page["items"] if file["id"] == stored) == "Ötter.txt"


def test_the_profile_the_mails_a_search_and_a_file_are_json_on_demand(ada: CommandLine, stored: str) -> None:
    assert ada.well("whoami", "--json").json["email"].endswith("@example.test")
    assert ada.well("mailbox", "--json").json["items"][0]["subject"]
    assert ada.well("search", "otter", "--json").json["items"][0]["file"]["id"] == stored
    assert ada.well("get", stored, "-o", "again.txt", "--json").json["file"]["id"] == stored


def test_listing_goes_on_over_pages_up_to_the_limit(ada: CommandLine, note: Path) -> None:
    many = [note.with_name(f"page{number}.txt") for number in range(3)]
    for path in many:
        path.write_text("x")
    ada.well("put", *map(str, many), "--tag", "pages")
    finished = ada.well("ls", "--tag", "pages", "--limit", "2", "--order", "name")
    assert [row[1] for row in finished.rows] == ["page0.txt", "page1.txt"]
    assert "--all" in finished.stderr
    assert len(ada.well("ls", "--tag", "pages", "--all").rows) == 3


def test_what_a_document_holds_cannot_colour_a_terminal(ada: CommandLine, stored: str) -> None:
    [[found, _, snippet]] = ada.well("search", "otter", "ledger").rows
    assert found == stored
    assert "\x1b" not in snippet and "red ears" in snippet


def test_a_terminal_gets_a_table_with_styles_and_with_no_color_none(ada: CommandLine, stored: str) -> None:
    coloured, plain = in_a_terminal(ada, "ls"), in_a_terminal(ada.with_variables(NO_COLOR="1"), "ls")
    assert COLOUR.search(coloured) and b"status" in coloured and stored.encode() in coloured
    assert not COLOUR.search(plain) and b"status" in plain


@pytest.mark.parametrize("line", [("--help",), ("put", "--help"), ()])
def test_help_on_a_terminal_has_styles_and_with_no_color_none(ada: CommandLine, line: tuple[str, ...]) -> None:
    coloured, plain = in_a_terminal(ada, *line), in_a_terminal(ada.with_variables(NO_COLOR="1"), *line)
    assert COLOUR.search(coloured) and b"Usage:" in coloured
    assert not COLOUR.search(plain) and b"Usage:" in plain


@pytest.mark.usefixtures("stored")
def test_matched_words_are_bold_in_a_terminal(ada: CommandLine) -> None:
    assert re.search(rb"\x1b\[1mledger\x1b\[0m", in_a_terminal(ada, "search", "ledger"))


def test_the_openapi_document_is_the_committed_one_and_the_servers(ada: CommandLine) -> None:
    committed = (ROOT / "docs" / "openapi.json").read_bytes()
    assert ada.well("openapi").stdout == committed
    assert json.loads(ada.well("openapi", "--api", ada.api).stdout) == json.loads(committed)


def test_the_version_is_ours_and_the_servers_where_one_is_named(ada: CommandLine) -> None:
    assert re.fullmatch(rb"demobackend \S+\n", ada.well("version").stdout)
    assert set(ada.well("version", "--api", ada.api, "--json").json) == {"version", "server", "contract"}
    assert ada.well("--version").stdout.decode().strip() == ada.well("version", "--json").json["version"]
