"""The README as somebody new would follow it: its commands run, its targets and its links are there."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from fpdf import FPDF
from tests.entrypoints.cli.command import PASSWORD, CommandLine, serving

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
TARGETS = sorted(set(re.findall(r"(?:^|`)make ([a-z]+)", README, flags=re.MULTILINE)))
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def commands() -> list[list[str]]:
    """The arguments of each `demobackend` of the 60 seconds, in order."""
    lines = [line for block in BLOCKS for line in block.splitlines() if line.startswith("demobackend ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def report() -> bytes:
    """The PDF that the reader has: the words that are searched for stand on its third page."""
    document = FPDF()
    for number in range(1, 5):
        document.add_page()
        document.set_font("Helvetica", size=12)
        document.cell(text=f"Here is a phrase of page {number}.")
    return bytes(document.output())


def test_the_commands_of_the_60_seconds_lead_to_the_same_bytes_again(tmp_path: Path) -> None:
    document = report()
    (tmp_path / "report.pdf").write_bytes(document)
    meant: dict[str, str] = {}
    ran = []
    with serving(tmp_path) as server:
        person = CommandLine(tmp_path, server.api, variables={"DEMOBACKEND_PASSWORD": PASSWORD})
        for command in commands():
            arguments = [meant.get(argument, argument) for argument in command]
            done = person.well(*arguments)
            ran.append(command[0])
            if command[0] == "mailbox":
                meant["CODE"] = done.rows[0][0]
            elif command[0] == "put":
                meant["FILE_ID"] = done.rows[0][0]
            elif command[0] == "search":
                assert [row[0] for row in done.rows] == [meant["FILE_ID"]]
    assert ran == ["register", "mailbox", "confirm", "login", "put", "search", "get"]
    assert (tmp_path / "report-again.pdf").read_bytes() == document


def test_the_command_line_knows_every_command_that_is_named(tmp_path: Path) -> None:
    named = sorted(set(re.findall(r"(?:`|^)demobackend ([a-z]+)", README, flags=re.MULTILINE)))
    assert {"backup", "register", "serve"} <= set(named)
    person = CommandLine(tmp_path, "")
    assert [name for name in named if person(name, "--help").status != 0] == []


@pytest.mark.parametrize("target", TARGETS)
def test_make_has_every_target_that_is_named(target: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    command = ["make", "--dry-run", "--no-print-directory", target]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_the_targets_that_a_reader_needs_are_named() -> None:
    assert {"serve", "setup", "test", "check"} <= set(TARGETS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_for_readers_is_reached_from_the_readme() -> None:
    """Linked from the README, or from a page that it links to."""
    first = {(ROOT / link).resolve() for link in LINK.findall(README)}
    second = {(page.parent / link).resolve() for page in first if page.suffix == ".md" for link in LINK.findall(page.read_text("utf-8"))}
    assert [page.name for page in sorted((ROOT / "docs").glob("*.md")) if page.resolve() not in first | second] == []


def test_the_page_on_settings_says_what_each_one_means() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_.]+)` \|.*\| (.*) \|$", page, flags=re.MULTILINE)
    assert {"profile", "plan.max_bytes", "search.kind"} <= {name for name, _ in rows}
    assert [name for name, meaning in rows if not meaning.endswith(".")] == []
