"""The kit runs on the `testing` extra alone: pytest and Hypothesis."""

import json
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
# The other modules of the package are for this project's own tests.
KIT = ("contracts", "machines", "mutants", "faults", "races", "samples", "strategies", "walks", "wire")
PROBE = """
import importlib, json, pkgutil, sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    found = importlib.import_module(name)
    for module in pkgutil.walk_packages(getattr(found, "__path__", ()), name + "."):
        importlib.import_module(module.name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_the_kit_loads_no_library_of_another_extra() -> None:
    command = [sys.executable, "-I", "-c", PROBE, str(ROOT / "src"), *(f"demobackend.testing.{name}" for name in KIT)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    distributions = packages_distributions()
    loaded = {canonicalize_name(name) for module in json.loads(answer.stdout) for name in distributions.get(module, ())}
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    others = {canonicalize_name(Requirement(line).name) for extra, lines in extras.items() if extra != "testing" for line in lines}
    assert loaded & (others - {"demobackend"}) == set()
    assert {"pytest", "hypothesis"} <= loaded
