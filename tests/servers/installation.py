"""Installs the real servers below `.servers/` at the project's root, each in its pinned version, and tells whether one is there."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_SHOWN_LINES = 30


class CannotInstall(Exception):
    """A program that an installation needs is missing, or it failed. The message is for the person who asked for it."""


@dataclass(frozen=True, slots=True)
class Installation:
    """One server. Its version and the files that it is built from decide what `fill` puts into the folder, and when that is out of date."""

    name: str
    version: str
    fill: Callable[[Path], None]
    built_from: tuple[Path, ...] = ()

    @property
    def folder(self) -> Path:
        """Where it is installed."""
        return ROOT / ".servers" / self.name

    def is_there(self) -> bool:
        """Whether the pinned version is installed, whole."""
        return self._stamp.is_file() and self._stamp.read_text() == self._wanted()

    def make(self) -> None:
        """Install it anew. Raises `CannotInstall`; what is there then counts as not installed."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (self.folder.parent / ".gitignore").write_text("*\n")
        self.fill(self.folder)
        self._stamp.write_text(self._wanted())

    @property
    def _stamp(self) -> Path:
        return self.folder / "installed"

    def _wanted(self) -> str:
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in self.built_from))
        return f"{self.version} {digest.hexdigest()}\n"


def program(name: str, *, package: str) -> str:
    """The path of a program; `package` is the Debian package that brings it. Raises `CannotInstall`."""
    path = shutil.which(name)
    if path is None:
        raise CannotInstall(f"{name} is missing; on Debian: apt-get install {package}")
    return path


def run(command: list[str], *, seconds: float, environment: Mapping[str, str] | None = None) -> None:
    """Run a command at the project's root. Raises `CannotInstall` with the end of its output when it fails or takes too long."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotInstall(f"{command[0]} did not end within {seconds:.0f} seconds") from None
    if done.returncode:
        raise CannotInstall("\n".join([f"{' '.join(command)} failed:", *done.stdout.splitlines()[-_SHOWN_LINES:]]))
