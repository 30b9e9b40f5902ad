"""The zips of this machine's architecture, built once; each unpacked where nothing but AWS Lambda's own runtime client is beside it."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import pytest
from tests.end_to_end.lambda_walk.runtime_api import LambdaFunction

HANDLERS = ("authorizer", "change_events", "file_events", "files", "prepare", "schedule", "search", "service", "users")
ROOT = Path(__file__).parents[2]
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")
RUNTIME_CLIENT = ("awslambdaric", "simplejson", "snapshot-restore-py")
NOWHERE = "http://127.0.0.1:1"  # nobody listens on port 1
SETTINGS = {
    "DEMOBACKEND_PROFILE": "aws",
    "DEMOBACKEND_AWS__BUCKET": "files",
    "DEMOBACKEND_AWS__USER_POOL_ID": "eu-central-1_Pool",
    "DEMOBACKEND_AWS__CLIENT_ID": "client",
    "DEMOBACKEND_AWS__SEARCH_URL": NOWHERE,
    "DEMOBACKEND_AWS__MAIL_FROM": "mail@example.test",
    "AWS_ENDPOINT_URL": NOWHERE,
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
}
# Stands before the handler and tells, when asked, what is loaded and from where.
PROBE = """
import importlib, os, sys
probed = importlib.import_module(os.environ["PROBED"])
def handler(event, context):
    if event == {"probe": "modules"}:
        return {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
    return probed.handler(event, context)
"""


def package(out: Path, *options: str) -> Path:
    """Build zips; return the folder with one folder an architecture."""
    command = [sys.executable, str(ROOT / "packaging/package.py"), "--out", str(out), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="session")
def zips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of every function's zip for this machine."""
    return package(tmp_path_factory.mktemp("zips"), "--arch", ARCHITECTURE) / ARCHITECTURE


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with AWS Lambda's runtime client and the probe, and nothing else."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in RUNTIME_CLIENT:
        owner = distribution(name)
        for file in owner.files or []:
            target = (folder / file).resolve()
            if target.is_relative_to(folder) and target.suffix != ".pyc":
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(owner.locate_file(file).__fspath__(), target)  # type: ignore[attr-defined]  # a path of the file system
    (folder / "probe.py").write_text(PROBE, encoding="utf-8")
    return folder


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A function's zip, unpacked."""

    name: str
    task: Path
    runtime: Path
    log: Path

    def start(self) -> LambdaFunction:
        """The function in an interpreter that finds only what it was packed with, the runtime client and the standard library."""
        return LambdaFunction(
            "probe.handler",
            {**SETTINGS, "PROBED": f"demobackend_lambda.{self.name}"},
            folder=self.task,
            log=self.log,
            python=(sys.executable, "-S", "-P", "-B"),
            path=(str(self.task), str(self.runtime)),
        )


@pytest.fixture(scope="session")
def unpacked(zips: Path, runtime: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Unpacked]:
    """Unpacks a function's zip."""
    if platform.python_version_tuple()[:2] != ("3", "13"):
        pytest.skip("the zips hold bytecode and libraries for Python 3.13")

    def unpack(name: str) -> Unpacked:
        folder = tmp_path_factory.mktemp(name)
        shutil.unpack_archive(zips / f"{name}.zip", folder / "task")
        return Unpacked(name, folder / "task", runtime, folder / "log")

    return unpack
