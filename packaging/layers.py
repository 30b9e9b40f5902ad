"""The folders that zips are put together from: others' packages as Lambda's platform needs them, and our own, with bytecode."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from models import trim

ROOT = Path(__file__).resolve().parents[1]
PYTHON = "3.13"  # the runtime python3.13
PLATFORMS: Mapping[str, str] = {"x86_64": "x86_64-manylinux_2_28", "arm64": "aarch64-manylinux_2_28"}
_TASK = "/var/task"  # where Lambda unpacks the zip
_SOURCES = ("src/demobackend", "entrypoints/demobackend_lambda")
# Never loaded at run time: sources of C, types, tests, scripts, what installers note, and the parts of libraries that are for
# other frameworks or for people.
_NOISE = re.compile(
    r"(^|/)(__pycache__|tests|bin)/"
    r"|\.(c|h|pyx|pxd|pxi|pyi|rng|xsl)$|/py\.typed$"
    r"|\.dist-info/(INSTALLER|RECORD|REQUESTED|WHEEL|top_level\.txt|zip-safe|direct_url\.json)$"
    r"|^aws_lambda_powertools/event_handler/"
    r"|^boto3/(data|examples)/|^botocore/data/.*/examples-1\.json$"
    r"|^dependency_injector/ext/"
    r"|^pypdfium2_cli/|^lxml/(isoschematron/|includes/|objectify)"
)


class CannotPackage(Exception):
    """Something that packaging needs is missing; the message says what."""


def others(requirements: str, architecture: str, folder: Path, *, services: frozenset[str]) -> None:
    """Install a requirement set for an architecture into the folder, byte-compiled. Only wheels, only what the hashes name.

    Of Amazon's services, botocore gets to know these.
    """
    command = ["pip", "install", "--quiet", "--target", str(folder), "--python-platform", PLATFORMS[architecture]]
    command += ["--python-version", PYTHON, "--only-binary", ":all:", "--require-hashes", "--no-deps", "--link-mode", "copy"]
    _run([_uv(), *command, "--requirements", str(ROOT / f"requirements/lambda-{requirements}.txt")])
    _strip(folder)
    trim(folder / "botocore/data", services)
    _compile(folder)


def ours(folder: Path) -> None:
    """Copy our packages into the folder, byte-compiled, with the version that `own_version` looks up."""
    for source in _SOURCES:
        shutil.copytree(ROOT / source, folder / Path(source).name, ignore=shutil.ignore_patterns("__pycache__", "testing"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    metadata = folder / f"{project['name']}-{project['version']}.dist-info/METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.4\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8")
    _compile(folder)


def files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file with its name relative to the folder, `/` between the parts."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def _strip(folder: Path) -> None:
    for name, path in list(files_in(folder)):
        if _NOISE.search(name):
            path.unlink()


def _compile(folder: Path) -> None:
    """Bytecode that is believed without a look at its source. Its bytes follow from the sources, since names and paths are fixed."""
    command = [_interpreter(), "-m", "compileall", "-q", "-j", "1", "--invalidation-mode", "unchecked-hash"]
    _run([*command, "-s", str(folder), "-p", _TASK, str(folder)], PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="")


def _interpreter() -> str:
    """An interpreter that writes the runtime's bytecode."""
    if f"{sys.version_info.major}.{sys.version_info.minor}" == PYTHON:
        return sys.executable
    found = subprocess.run([_uv(), "python", "find", PYTHON], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise CannotPackage(f"Lambda's bytecode is written by Python {PYTHON}, which is not installed here.")
    return found.stdout.strip()


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise CannotPackage("uv is not installed; `make setup` does that.")
    return found


def _run(command: list[str], **environment: str) -> None:
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotPackage(f"{' '.join(command[:3])} failed:\n{done.stdout}{done.stderr}")
