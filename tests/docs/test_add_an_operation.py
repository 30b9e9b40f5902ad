"""The page on operations, carried out on a copy of the sources: its operation works, and touches the files that it lists."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/add-an-operation.md").read_text(encoding="utf-8")
MOST_FILES = 6
FOLDERS = ("src", "entrypoints", "docs", "tests/api", "tests/docs", "tests/domain", "tests/integration")
LISTED = re.findall(r"^\| \d+ \| `([^`]+)` \|", PAGE, flags=re.MULTILINE)
NEW = re.findall(r"^<!-- new: (\S+) -->\n```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
CHANGES = re.findall(r"^<!-- change: (\S+) -->\n```diff\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def changed(text: str, hunk: str) -> str:
    """The text with the lines of `+` where they stand around the one line that is there already."""
    lines = hunk.splitlines()
    ((number, kept),) = [(number, line[1:]) for number, line in enumerate(lines) if line.startswith(" ")]
    before, after = ("".join(f"{line[1:]}\n" for line in part) for part in (lines[:number], lines[number + 1 :]))
    assert text.count(f"\n{kept}\n") == 1, f"not there once: {kept}"
    return text.replace(f"\n{kept}\n", f"\n{before}{kept}\n{after}")


@dataclass(frozen=True, slots=True)
class Copy:
    """The sources after the page was followed, and what each file was before."""

    root: Path
    before: dict[str, bytes]

    def touched(self) -> list[str]:
        """The files that are new or not as they were."""
        now = contents(self.root)
        return sorted(path for path in now if now[path] != self.before.get(path))

    def run(self, *arguments: str) -> str:
        """Run Python in the copy, on the copy's sources, and return what it prints; it has to end well."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(self.root / folder) for folder in ("src", "entrypoints", "."))}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the next run need not compile everything again
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=240, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def contents(root: Path) -> dict[str, bytes]:
    """Each file's bytes by its path."""
    files = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy in which the page was followed, `make docs` included."""
    root = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "pyproject.toml", root)
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    made = Copy(root, contents(root))
    for path, text in NEW:
        (root / path).write_text(text, encoding="utf-8")
    for path, hunks in CHANGES:
        text = (root / path).read_text(encoding="utf-8")
        for hunk in hunks.split("\n\n"):
            text = changed(text, hunk)
        (root / path).write_text(text, encoding="utf-8")
    made.run("docs/generate.py")
    return made


def test_an_operation_touches_at_most_six_files_and_those_that_the_page_lists(copy: Copy) -> None:
    assert len(LISTED) <= MOST_FILES
    assert copy.touched() == sorted([*LISTED, "docs/call-budget.md", "docs/openapi.json"])


def test_the_generated_documents_tell_of_the_operation(copy: Copy) -> None:
    assert '"operationId": "rename_file"' in (copy.root / "docs/openapi.json").read_text("utf-8")
    assert "| `rename_file` | not measured | |" in (copy.root / "docs/call-budget.md").read_text("utf-8")


def test_the_operation_keeps_the_house_s_format_and_rules(copy: Copy) -> None:
    paths = [path for path in LISTED if path.endswith(".py")]
    copy.run("-m", "ruff", "format", "--check", "--no-cache", *paths)
    copy.run("-m", "ruff", "check", "--no-cache", *paths)


def test_the_tests_that_walk_over_every_operation_pass(copy: Copy) -> None:
    files = ("domain/use_cases/test_faults.py", "api/test_conventions.py", "api/test_openapi.py", "integration/test_budget_document.py")
    its_own = "(rename_file and not local) or RenameFileIn or among_the_acts or budget"
    printed = copy.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/{path}" for path in files), "-k", its_own)
    passed = re.search(r"^([0-9]+) passed", printed, flags=re.MULTILINE)
    assert passed and int(passed[1]) > 15, printed
    copy.run("docs/generate.py", "--check")
