"""The import contracts bite: each forbidden import, planted in a copy of the tree, fails the contract that forbids it."""

import os
import shutil
import subprocess
import sysconfig
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CORE = "Domain, ports and memory adapters import the standard library only"
LAYERS = "Imports point inwards, layer by layer"
PLANTED = [
    ("src/demobackend/domain/use_cases/planted.py", "import boto3", CORE),
    ("src/demobackend/domain/model/planted.py", "def late():\n    import pydantic", CORE),
    ("src/demobackend/ports/planted.py", "import demobackend.domain.use_cases", LAYERS),
    ("src/demobackend/api/planted.py", "import demobackend.adapters", LAYERS),
    ("src/demobackend/api/planted.py", "import litestar", "Only demobackend_server imports Litestar"),
    ("src/demobackend/composition/planted.py", "import dependency_injector", "Only composition.container imports dependency-injector"),
    ("src/demobackend/adapters/one/planted.py", "import demobackend.adapters.other", "Technologies never import each other"),
    (
        "src/demobackend/adapters/one/planted.py",
        "import botocore.exceptions",
        "Only AWS technologies and their factories import boto3 and botocore",
    ),
]


@pytest.fixture
def copied_tree(root: Path, tmp_path: Path) -> Path:
    """The sources and their contracts, with two empty technologies to plant in."""
    for folder in ("src", "entrypoints"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", tmp_path)
    for technology in ("one", "other"):
        package = tmp_path / "src/demobackend/adapters" / technology
        package.mkdir()
        (package / "__init__.py").touch()
    return tmp_path


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over `tree`, wherever the package itself is installed from."""
    command = [f"{sysconfig.get_path('scripts')}/lint-imports", "--no-cache"]
    sources = os.pathsep.join(str(tree / folder) for folder in ("src", "entrypoints"))
    return subprocess.run(
        command,
        cwd=tree,
        env={**os.environ, "PYTHONPATH": sources, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_tree_as_it_stands_keeps_every_contract(copied_tree: Path) -> None:
    answer = lint_imports(copied_tree)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(("path", "planted", "contract"), PLANTED, ids=[f"{planted} in {path}" for path, planted, _ in PLANTED])
def test_a_forbidden_import_breaks_the_contract_that_names_it(copied_tree: Path, path: str, planted: str, contract: str) -> None:
    (copied_tree / path).write_text(planted + "\n")
    answer = lint_imports(copied_tree)
    assert answer.returncode == 1
    assert f"{contract} BROKEN" in answer.stdout


def test_every_declared_dependency_is_forbidden_to_the_core(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text())
    declared = {
        canonicalize_name(Requirement(line).name) for extra in settings["project"]["optional-dependencies"].values() for line in extra
    } - {"demobackend"}
    imported = {
        module
        for module, distributions in packages_distributions().items()
        if not module.startswith("_") and declared & {canonicalize_name(name) for name in distributions}
    }
    (core,) = (contract for contract in settings["tool"]["importlinter"]["contracts"] if contract["name"] == CORE)
    assert imported - set(core["forbidden_modules"]) == set()
