"""What happens to tests whose server is not asked for, or not there."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.servers.installation import ROOT, Installation
from tests.servers.plugin import running_server

ABSENT = Installation("never_installed", "1.0", lambda _: None)


@contextmanager
def serve(_: Path) -> Iterator[None]:
    yield pytest.fail("a server that is not installed was started")


@pytest.mark.parametrize(("ci", "refusal"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_server_that_is_not_installed_fails_ci_and_skips_elsewhere(
    ci: str, refusal: type[Exception], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(refusal, match=r"never_installed 1\.0 is not installed: make servers"):
        next(running_server(ABSENT, serve, tmp_path_factory))


def test_without_m_the_tests_that_need_a_server_are_left_out_and_counted() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-p", "no:cacheprovider", "tests/servers/test_servers.py"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert re.search(r"no tests collected \(\d+ deselected\)", answer.stdout), answer.stdout + answer.stderr
