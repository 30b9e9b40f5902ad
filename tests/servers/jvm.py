"""Java programs of the tests: their jars come through Maven, their one class is compiled here, a fitting JDK is looked for."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.servers.installation import CannotInstall, program, run

SOURCES = Path(__file__).parent / "java"
_DEBIAN_HOMES = Path("/usr/lib/jvm")
_FETCHING_SECONDS = 900
_COMPILING_SECONDS = 120
# For processes that live for minutes and hold little: start-up takes a third less with the first compiler alone.
_SMALL = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def jdk(minimum: int) -> Path:
    """The home of the oldest JDK that is new enough. Raises `CannotInstall`."""
    fitting = [(version, home) for home in _homes() if (version := _version(home)) >= minimum]
    if not fitting:
        message = f"no JDK of version {minimum} or newer in JAVA_HOME, on the PATH or in {_DEBIAN_HOMES}"
        raise CannotInstall(f"{message}; on Debian: apt-get install openjdk-{minimum}-jdk-headless, or a newer one")
    return min(fitting)[1]


def build(folder: Path, *, source: str, minimum: int) -> None:
    """Put the jars that `source`'s pom names, and its compiled `Main`, into `folder`. Raises `CannotInstall`."""
    maven, home = program("mvn", package="maven"), jdk(minimum)
    pom = SOURCES / source / "pom.xml"
    fetch = [maven, "--quiet", "--batch-mode", "--file", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={folder / 'lib'}"]
    run(fetch, seconds=_FETCHING_SECONDS, environment={"JAVA_HOME": str(home)})
    compiler = [str(home / "bin/javac"), "--release", str(minimum), "-Xlint:-options", "-proc:none", "-cp", f"{folder / 'lib'}/*"]
    run([*compiler, "-d", str(folder / "classes"), str(SOURCES / source / "Main.java")], seconds=_COMPILING_SECONDS)


def java(folder: Path, *, minimum: int, options: tuple[str, ...] = ()) -> list[str]:
    """The command that runs what `build` made; its arguments follow."""
    return [str(jdk(minimum) / "bin/java"), *_SMALL, *options, "-cp", f"{folder / 'classes'}:{folder / 'lib'}/*", "Main"]


def _homes() -> Iterator[Path]:
    if "JAVA_HOME" in os.environ:
        yield Path(os.environ["JAVA_HOME"])
    on_path = shutil.which("javac")
    if on_path is not None:
        yield Path(on_path).resolve().parents[1]
    if _DEBIAN_HOMES.is_dir():
        yield from _DEBIAN_HOMES.iterdir()


def _version(home: Path) -> int:
    """The major version of a JDK by its own `release` file; 0 for a JRE and for anything else."""
    release = home / "release"
    if not release.is_file() or not (home / "bin/javac").is_file():
        return 0
    found = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), flags=re.MULTILINE)
    return int(found[1]) if found else 0
