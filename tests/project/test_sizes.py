"""Files, functions and the two cores stay small enough to read."""

import ast
from collections.abc import Iterator
from pathlib import Path

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
MAX_CONTAINER_LINES = 80
MAX_PERFORM_LINES = 400
PERFORM = ("perform", "validation", "conditions", "json_body")
"""The core that validates, authorises and words answers, and what was split off from it."""


def lines_of(path: Path) -> int:
    """How many lines `path` has."""
    return len(path.read_text(encoding="utf-8").splitlines())


def functions_of(path: Path) -> Iterator[tuple[str, int]]:
    """Each function of `path` with its length in lines, decorators left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_python_file_is_longer_than_300_lines(root: Path, written_files: list[Path]) -> None:
    modules = [path for path in written_files if path.suffix == ".py"]
    assert {str(path.relative_to(root)): lines_of(path) for path in modules if lines_of(path) > MAX_FILE_LINES} == {}


def test_no_function_is_longer_than_40_lines(root: Path, written_files: list[Path]) -> None:
    modules = [path for path in written_files if path.suffix == ".py"]
    long = {
        f"{path.relative_to(root)}:{name}": lines for path in modules for name, lines in functions_of(path) if lines > MAX_FUNCTION_LINES
    }
    assert long == {}


def test_the_container_stays_within_its_limit(root: Path) -> None:
    assert lines_of(root / "src/demobackend/composition/container.py") <= MAX_CONTAINER_LINES


def test_perform_stays_within_400_lines_in_all(root: Path) -> None:
    assert sum(lines_of(root / f"src/demobackend/api/{name}.py") for name in PERFORM) <= MAX_PERFORM_LINES
