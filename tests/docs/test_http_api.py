"""The curl commands of the page on the HTTP API, run in order by a shell against a server."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fpdf import FPDF
from tests.entrypoints.cli.command import serving

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/http-api.md").read_text(encoding="utf-8")
SIZE, CODE = "1048576", "123456"  # what stands in the page for what only the reader knows
TRIES = 2_000


def block() -> tuple[str, str, list[str]]:
    """The address, the function, and the commands of the only shell block."""
    ((text),) = re.findall(r"^```sh\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    address, function, *commands = [line for line in text.splitlines() if line]
    return address, function, commands


def report() -> bytes:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    document.cell(text="This is a phrase.")
    return bytes(document.output())


@dataclass
class Shell:
    """Runs one command after another in one folder, with variables that the reader would set."""

    folder: Path
    function: str
    variables: dict[str, str]

    def __call__(self, command: str) -> bytes:
        """What it prints. It has to end well, and an answer of 4xx or 5xx is no good end: that is what curl's -f is for."""
        script = f"set -euo pipefail\n{self.function}\n{command}"
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), **self.variables}
        done = subprocess.run(["bash", "-c", script], cwd=self.folder, env=environment, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, (command, done.stderr, done.stdout)
        return done.stdout


def learn(shell: Shell, answer: Any) -> None:
    """The variables that the page takes for granted, from the answers that hold them."""
    if "tokens" in answer:
        shell.variables["TOKEN"] = answer["tokens"]["access_token"]
    if "upload" in answer:
        upload = answer["upload"]
        shell.variables |= {"FILE_ID": answer["file"]["id"], "UPLOAD_ID": upload["id"], "UPLOAD_URL": upload["url"]}
        assert upload["headers"] == {"content-type": "application/pdf", "if-none-match": "*"}


def until(holds: Callable[[Any], bool], ask: Callable[[], bytes]) -> Any:
    """The first answer of which it holds."""
    answers = (json.loads(ask()) for _ in range(TRIES))
    return next(answer for answer in answers if holds(answer))


def test_the_curl_commands_lead_from_registration_to_the_same_bytes_again(tmp_path: Path) -> None:
    document, code = report(), ""
    (tmp_path / "report.pdf").write_bytes(document)
    address, function, commands = block()
    assert address.startswith("API=http://127.0.0.1:")
    with serving(tmp_path) as server:
        shell = Shell(tmp_path, function, {"API": server.api})
        for command in commands:
            meant = command.replace(CODE, code or CODE).replace(SIZE, str(len(document)))
            if "/v1/search" in command:
                found = until(lambda answer: bool(answer["items"]), partial(shell, meant))
                assert [hit["file"]["id"] for hit in found["items"]] == [shell.variables["FILE_ID"]]
                continue
            printed = shell(meant)
            if "/dev/mailbox" in command:
                (code,) = re.findall(r"\b[0-9]{6}\b", json.loads(printed)["items"][0]["text"])
            elif printed:
                learn(shell, json.loads(printed))
    assert (tmp_path / "again.pdf").read_bytes() == document


def test_the_walk_has_every_step_of_the_main_job() -> None:
    _, _, commands = block()
    steps = ("register", "mailbox", "confirm", "login", "/v1/files ", "$UPLOAD_URL", "complete", "search", "content")
    assert [step for step, command in zip(steps, commands, strict=True) if step not in command] == []
