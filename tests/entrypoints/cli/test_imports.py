"""A command imports what it needs and no more, so that it starts fast and works where other commands' needs are missing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

OWN_VERSION = {"demobackend", "demobackend.composition", "demobackend.composition.own_version"}  # all that the command shares
_PROBE = """
import json, sys
from demobackend_cli.main import run
status = run(sys.argv[1:])
ours = sorted(name for name in sys.modules if name.partition(".")[0] == "demobackend")
print(json.dumps([status, sorted({name.partition(".")[0] for name in sys.modules} - {"demobackend"}) + ours]))
"""


def loaded(*arguments: str, home: Path) -> set[str]:
    """The packages in memory after a command, and of our own library the modules; what tells the version is not named."""
    environment = {"PYTHONPATH": ":".join(sys.path), "XDG_CONFIG_HOME": str(home), "DEMOBACKEND_API": "http://127.0.0.1:1"}
    answer = subprocess.run([sys.executable, "-c", _PROBE, *arguments], env=environment, capture_output=True, check=True)
    _, packages = json.loads(answer.stdout.splitlines()[-1])
    return set(packages) - OWN_VERSION


def of_our_library(packages: set[str]) -> set[str]:
    return {name for name in packages if name.startswith("demobackend.")}


def test_the_version_is_told_without_a_client_a_server_or_a_terminal(tmp_path: Path) -> None:
    packages = loaded("version", home=tmp_path)
    assert packages.isdisjoint({"httpx2", "rich", "pydantic", "litestar", "demobackend_server"})
    assert not of_our_library(packages)


@pytest.mark.parametrize("command", [["put", __file__], ["mailbox"]])
def test_a_client_needs_nothing_of_the_server(tmp_path: Path, command: list[str]) -> None:
    packages = loaded(*command, home=tmp_path)
    assert "httpx2" in packages
    assert packages.isdisjoint({"rich", "pydantic", "litestar", "apsw", "demobackend_server"})
    assert not of_our_library(packages)
