"""The page on adapters shows what works: its adapter keeps its contract, its faults strike, its list of contracts is whole."""

import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

from demobackend.testing import contracts

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/add-an-adapter.md").read_text(encoding="utf-8")
MOST_FILES = 6


def example(name: str) -> str:
    """The block of code under this mark."""
    (block,) = re.findall(rf"^<!-- example: {name} -->\n```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    return str(block)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The adapter and its binding where the page says they belong. The rest of the package is this one."""
    folder = tmp_path / "journal"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Files to which every change is appended."""\n')
    (folder / "session_store.py").write_text(example("adapter"), encoding="utf-8")
    (tmp_path / "test_session_store.py").write_text(example("binding"), encoding="utf-8")
    (tmp_path / "conftest.py").write_text(f"import demobackend.adapters\ndemobackend.adapters.__path__.append({str(tmp_path)!r})\n")
    return tmp_path


def test_the_adapter_of_the_page_keeps_its_contract(tree: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_session_store.py"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "entrypoints")))}
    answer = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert answer.returncode == 0, answer.stdout
    assert re.search(r"^2[0-9] passed", answer.stdout, flags=re.MULTILINE), answer.stdout


def test_the_faults_of_the_page_strike_each_call_before_and_after(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(example("faults"), "docs/add-an-adapter.md", "exec"), {})
    calls = [f"MemorySessionStore.{name} failed {fault}" for fault in ("before", "after") for name in ("create", "replace")]
    assert capsys.readouterr().out.splitlines() == [str([call]) for call in calls]


def test_an_adapter_touches_at_most_six_files() -> None:
    rows = re.findall(r"^\| (\d+) \| `([^`]+)` \|", PAGE, flags=re.MULTILINE)
    assert 0 < len(rows) <= MOST_FILES
    kept = [path for _, path in rows if "journal" not in path]
    assert [path for path in kept if not (ROOT / path).is_file()] == []


def test_the_page_lists_every_contract_with_its_hook() -> None:
    modules = [importlib.import_module(f"{contracts.__name__}.{module.name}") for module in pkgutil.iter_modules(contracts.__path__)]
    written = {
        (f"{module.__name__.rpartition('.')[2]}.{name}", hook)
        for module in modules
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if name.endswith("Contract") and kind.__module__ == module.__name__
        for hook in getattr(kind, "__abstractmethods__", ())
    }
    told = {
        (contract, hook)
        for row in re.findall(r"^\| `.*`.* \| (.*`[a-z_]+\.[A-Za-z]+Contract`.*) \| `([a-z_]+)` \|$", PAGE, flags=re.MULTILINE)
        for hook in [row[1]]
        for contract in re.findall(r"`([a-z_]+\.[A-Za-z]+Contract)`", row[0])
    }
    assert told == written
