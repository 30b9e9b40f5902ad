"""The wheel alone, without one dependency, runs what the README shows of the library."""

import re
import subprocess
import sys
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

EXAMPLE = re.compile(r"^<!-- example: library -->\n```python\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline by the backend of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_alone_runs_the_library_example_of_the_readme(root: Path, wheel: Path, tmp_path: Path) -> None:
    (example,) = EXAMPLE.findall((root / "README.md").read_text(encoding="utf-8"))
    (tmp_path / "example.py").write_text(example, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "alone")], check=True, timeout=120)
    python = str(tmp_path / "alone/bin/python")
    install = [python, "-m", "pip", "install", "--quiet", "--no-index", "--disable-pip-version-check", str(wheel)]
    subprocess.run(install, check=True, timeout=120)
    answer = subprocess.run([python, "-I", "example.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert re.fullmatch(r"pending PUT https://files\.example\.org/blobs/\S+\nquota_exceeded\n", answer.stdout)


def test_the_bare_wheel_requires_nothing(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        requires = HeaderParser().parsestr(archive.read(metadata).decode()).get_all("Requires-Dist", [])
    assert [line for line in requires if "extra ==" not in line] == []


def test_the_wheel_holds_the_typed_package_and_the_three_entry_points(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert "demobackend/py.typed" in names
    folders = {name.partition("/")[0] for name in names if not name.partition("/")[0].endswith(".dist-info")}
    assert folders == {"demobackend", "demobackend_cli", "demobackend_lambda", "demobackend_server"}
