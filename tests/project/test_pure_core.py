"""Domain and ports load the standard library and nothing else, seen from a fresh interpreter."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# Modules that site's .pth files bring are there before the first import, so they do not count.
PROBE = """
import importlib, json, pkgutil, sys
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
for name in sys.argv[2:]:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        importlib.import_module(module.name)
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@pytest.mark.parametrize("package", ["demobackend.domain.use_cases", "demobackend.domain", "demobackend.ports"])
def test_the_core_loads_no_third_party_package(root: Path, package: str) -> None:
    command = [sys.executable, "-I", "-c", PROBE, str(root / "src"), package]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(answer.stdout)}
    assert loaded - sys.stdlib_module_names == {"demobackend"}
