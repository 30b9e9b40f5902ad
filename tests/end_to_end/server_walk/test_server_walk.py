"""The walk through the real server process over HTTP; then kill -9, another process over the same data, and all of it is there."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.end_to_end.walk import PASSWORD, PHRASE, Walk, pdf

from demobackend.testing.wire import HttpAnswer, HttpRequest, send_over_http


@dataclass
class Process:
    """`demobackend serve` on a free port, over a directory of its own."""

    folder: Path
    child: subprocess.Popen[str]
    origin: str

    @classmethod
    def start(cls, folder: Path) -> "Process":
        """Return a server that answers."""
        command = [sys.executable, "-m", "demobackend_cli", "serve", "--port", "0", "--data", str(folder / "data"), "--json"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder, env=environment)
        assert child.stdout is not None
        ready = json.loads(child.stdout.readline())
        assert ready["event"] == "ready"
        return cls(folder, child, ready["api"])

    def stop(self, how: signal.Signals) -> int:
        """End it by its own pid and return its exit status."""
        self.child.send_signal(how)
        status = self.child.wait(timeout=30)
        assert self.child.stdout is not None
        self.child.stdout.close()
        return status

    def request(self, method: str, path: str, *, query: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        """Carry a request."""
        sent = dict(headers)
        if method in {"POST", "PATCH", "PUT"}:
            sent["content-length"] = str(len(body))
        return send_over_http(HttpRequest(method, f"{self.origin}{path}?{query}", tuple(sent.items()), body))

    def code_for(self, address: str) -> str:
        """The newest code mailed to an address."""
        answer = self.request("GET", "/dev/mailbox", query=f"to={address}", headers={}, body=b"")
        match = re.search(r"\b[0-9]{6}\b", json.loads(answer.body)["items"][0]["text"])
        assert match is not None
        return match[0]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Process]:
    process = Process.start(tmp_path)
    yield process
    if process.child.poll() is None:
        assert process.stop(signal.SIGTERM) == 0


def available(walk: Walk, token: str, document: bytes) -> str:
    created = walk.put(token, document)
    file_id: str = created["file"]["id"]
    walk.ask("POST", f"/v1/files/{file_id}/uploads/{created['upload']['id']}/complete", 200, token=token)
    return file_id


def wait_until_searchable(walk: Walk, token: str, file_id: str) -> None:
    asked = (walk.ask("GET", f"/v1/files/{file_id}", 200, token=token)["searchable"] for _ in range(5_000))
    assert any(asked)


def test_a_person_registers_uploads_a_pdf_finds_it_by_a_phrase_and_gets_it_back(server: Process) -> None:
    def settle() -> None:
        token = walk.ask("POST", "/v1/auth/login", 200, body={"email": walk.address, "password": PASSWORD})["tokens"]["access_token"]
        newest = walk.ask("GET", "/v1/files", 200, token=token, query="limit=1")["items"][0]
        wait_until_searchable(walk, token, newest["id"])

    walk = Walk(server, server.code_for, settle)
    walk()


def test_what_was_acknowledged_survives_a_kill_and_is_still_searchable(server: Process) -> None:
    walk = Walk(server, server.code_for, lambda: None)
    token, document = walk.sign_in(), pdf()
    file_id = available(walk, token, document)
    server.stop(signal.SIGKILL)
    again = Process.start(server.folder)
    try:
        after = Walk(again, again.code_for, lambda: None)
        wait_until_searchable(after, token, file_id)
        hits = after.ask("GET", "/v1/search", 200, token=token, query=f"q=%22{PHRASE.replace(' ', '+')}%22")["items"]
        assert [hit["file"]["id"] for hit in hits] == [file_id]
        link = after.ask("GET", f"/v1/files/{file_id}/link", 200, token=token)["url"]
        assert after.follow("GET", link).body == document
    finally:
        assert again.stop(signal.SIGTERM) == 0
