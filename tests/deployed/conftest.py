"""The stack, deployed once for the run into servers of its own; a developer's deployment is left alone."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from tests.api.sameness.twins import ORIGIN
from tests.deployed.sameness.mailbox import EMULATED_CODE, newest_code
from tests.deployed.sameness.target import Target
from tests.entrypoints.cli.command import serving
from tests.packaging.conftest import ARCHITECTURE, HANDLERS, package
from tests.servers.installation import Installation

ROOT = Path(__file__).parents[2]
_SOURCES = ("src/demobackend", "entrypoints/demobackend_lambda", "packaging", "requirements")
_PACKAGES = ROOT / "dist/lambda" / ARCHITECTURE
_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Deployment:
    """A stack that stands; `url` is the API's address."""

    url: str
    state: Path


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Where something is not installed, its tests fail in CI and are skipped elsewhere."""
    if missing := _missing():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"not installed: {missing}; make deployed installs all but Node")
    if _packages_are_old():
        package(_PACKAGES.parent, "--arch", ARCHITECTURE)
    state = tmp_path_factory.mktemp("deployment")
    command = ["infra/deploy_local.py", "--state", str(state)]
    try:
        _run(*command, "start", "--arrival-seconds", "0", f"cors_origins={ORIGIN}")
        yield Deployment(json.loads((state / "deployment.json").read_text())["api_url"], state)
    finally:
        _run(*command, "stop")


def _missing() -> str:
    """What a deployment needs and does not find."""
    from tests.servers import ministack, opensearch  # what these import takes long to load

    wanted: list[Installation] = [ministack.INSTALLATION, opensearch.INSTALLATION]
    absent = [installation.name for installation in wanted if not installation.is_there()]
    if not (ROOT / ".venv-infra/.ready").is_file():
        absent.append(".venv-infra")
    if shutil.which("node") is None:
        absent.append("Node, which the CDK app runs on")
    return ", ".join(absent)


def _packages_are_old() -> bool:
    """Whether a zip is missing, or older than what it is made of."""
    zips = [path.stat().st_mtime for path in _PACKAGES.glob("*.zip")]
    files = [path for source in _SOURCES for path in (ROOT / source).rglob("*") if path.suffix in {".py", ".txt"}]
    return len(zips) < len(HANDLERS) or min(zips) < max(path.stat().st_mtime for path in files)


def _run(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def deployed(deployment: Deployment) -> Target:
    """The deployed API."""
    return Target("deployed", deployment.url, lambda _: EMULATED_CODE)


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The local profile."""
    yield from _served("local", tmp_path_factory.mktemp("local"))


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The memory profile."""
    yield from _served("memory", tmp_path_factory.mktemp("memory"))


def _served(profile: str, folder: Path) -> Iterator[Target]:
    with serving(folder, "--profile", profile, variables={"DEMOBACKEND_CORS_ORIGINS": json.dumps([ORIGIN])}) as server:
        yield Target(profile, server.api, partial(newest_code, server.api))
