"""Where the project lies, and which of its files are text that we wrote."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (".ci", "bench", "docs", "entrypoints", "infra", "packaging", "requirements", "src", "tests")


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def written_files() -> list[Path]:
    """Every file of the repository, found without git: a source archive has none."""
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    return sorted(path for path in [*ROOT.iterdir(), *inside] if path.is_file())
