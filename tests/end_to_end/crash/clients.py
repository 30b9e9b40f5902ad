"""Clients that keep a journal of what a server acknowledged, and hold the next server to it."""

import json
import os
import re
import signal
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from random import Random
from threading import Condition
from typing import Any
from urllib.parse import urlsplit

PASSWORD = "correct horse battery"


@dataclass
class Server:
    """One life of the server; it is killed as soon as `fatal` requests have begun."""

    pid: int
    address: tuple[str, int]
    fatal: int
    begun: int = 0
    changed: Condition = field(default_factory=Condition)

    def count(self) -> None:
        """A request begins."""
        with self.changed:
            self.begun += 1
            self.changed.notify_all()

    def give_up(self) -> None:
        """A client has no more to ask."""
        with self.changed:
            self.begun = self.fatal
            self.changed.notify_all()

    def kill_when_due(self) -> None:
        """Wait for the fatal request, then kill."""
        with self.changed:
            self.changed.wait_for(lambda: self.begun >= self.fatal, timeout=30)
        os.kill(self.pid, signal.SIGKILL)


class Gone(Exception):
    """The server died while the request was under way: it may have been carried out, or not."""


@dataclass
class Expected:
    """What the journal says of a file: the sets hold one value, or two while a change was under way when the server died."""

    names: set[str]
    statuses: set[str]
    digest: str
    word: str
    is_settled: bool = False


@dataclass
class Client:
    """One person, their journal, and their connection to the present server."""

    number: int
    random: Random
    token: str = ""
    files: dict[str, Expected] = field(default_factory=dict)
    asked_to_complete: set[str] = field(default_factory=set)
    registered: list[str] = field(default_factory=list)
    server: Server | None = None
    connection: HTTPConnection | None = None

    def meet(self, server: Server) -> None:
        """Talk to this server from now on."""
        self.server = server
        self.connection = HTTPConnection(*server.address, timeout=20)

    def call(self, method: str, target: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """One request. Raises `Gone`."""
        assert self.server is not None
        assert self.connection is not None
        self.server.count()
        try:
            self.connection.request(method, target, body, headers or {})
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException) as error:
            self.connection.close()
            raise Gone from error

    def api(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """One call of the API, signed in if there is a token."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        if body is not None:
            sent["content-type"] = "application/json"
        status, text = self.call(method, path, None if body is None else json.dumps(body).encode(), sent)
        assert status < 500, (method, path, status, text)
        return status, json.loads(text) if text else None

    def act_until_gone(self) -> None:
        """Do things until the server dies."""
        acts = [self.upload, self.upload, self.rename, self.trash, self.register]
        assert self.server is not None
        try:
            while True:
                self.random.choice(acts)()
        except Gone:
            return
        finally:
            self.server.give_up()

    def upload(self) -> None:
        word = f"w{self.random.getrandbits(64):016x}"
        content = (word + " " + "x" * self.random.randrange(20_000)).encode()
        media_type = self.random.choice(["text/plain", "image/png", "image/png", "image/png"])  # text is read by a process of its own
        name = f"{word}.{media_type[-3:]}"
        status, created = self.api("POST", "/v1/files", {"name": name, "size": len(content), "media_type": media_type})
        assert status == 201
        file_id, upload = created["file"]["id"], created["upload"]
        status, _ = self.call("PUT", path_of(upload["url"]), content, upload["headers"])
        assert status == 200
        self.asked_to_complete.add(file_id)
        expected = Expected({name}, {"pending", "available"}, sha256(content).hexdigest(), word)
        self.files[file_id] = expected
        status, _ = self.api("POST", f"/v1/files/{file_id}/uploads/{upload['id']}/complete")
        assert status == 200
        expected.statuses = {"available"}

    def rename(self) -> None:
        for file_id, expected in self.some({"available"}):
            name = f"{expected.word}.{self.random.getrandbits(64):016x}.png"
            expected.is_settled = False
            expected.names.add(name)
            status, _ = self.api("PATCH", f"/v1/files/{file_id}", {"name": name}, if_match="*")
            assert status == 200
            expected.names = {name}

    def trash(self) -> None:
        for file_id, expected in self.some({"available"}):
            expected.is_settled = False
            expected.statuses = {"available", "trashed"}
            status, _ = self.api("DELETE", f"/v1/files/{file_id}", if_match="*")
            assert status == 200
            expected.statuses = {"trashed"}

    def some(self, statuses: set[str]) -> list[tuple[str, Expected]]:
        """One file that certainly has this status, if there is any."""
        fitting = [(file_id, expected) for file_id, expected in self.files.items() if expected.statuses == statuses]
        return [self.random.choice(fitting)] if fitting else []

    def register(self) -> None:
        address = f"p{self.random.getrandbits(64):016x}@example.test"
        token, self.token = self.token, ""
        try:
            join(self, address)
        finally:
            self.token = token
        self.registered.append(address)

    def check_what_is_unsettled(self) -> None:
        """Hold this server to everything that its predecessor acknowledged."""
        for file_id, expected in self.files.items():
            if not expected.is_settled:
                self.check(file_id)

    def check(self, file_id: str) -> None:
        """The file is as acknowledged; what was open is settled by what is there."""
        expected = self.files[file_id]
        status, found = self.api("GET", f"/v1/files/{file_id}")
        assert status == 200, f"an acknowledged file is gone: {file_id}"
        assert found["name"] in expected.names
        assert found["status"] in expected.statuses
        expected.names, expected.statuses, expected.is_settled = {found["name"]}, {found["status"]}, True
        if found["status"] == "available":
            _, link = self.api("GET", f"/v1/files/{file_id}/link")
            status, content = self.call("GET", path_of(link["url"]))
            assert (status, sha256(content).hexdigest()) == (200, expected.digest)

    def check_that_nothing_else_is_available(self) -> None:
        cursor = ""
        while True:
            _, page = self.api("GET", f"/v1/files?status=available&limit=100{cursor}")
            assert {file["id"] for file in page["items"]} <= self.asked_to_complete
            if page["next_cursor"] is None:
                return
            cursor = f"&cursor={page['next_cursor']}"

    def check_that_it_is_found(self, file_id: str) -> None:
        expected = self.files[file_id]
        asked = (self.api("GET", f"/v1/files/{file_id}")[1]["searchable"] for _ in range(5_000))  # while the worker catches up
        assert any(asked), f"{file_id} is never indexed"
        _, answer = self.api("GET", f"/v1/search?q={expected.word}")
        assert [hit["file"]["id"] for hit in answer["items"]] == [file_id]


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def join(client: Client, address: str) -> str:
    """Register, confirm and sign in; return an access token."""
    person = {"email": address, "password": PASSWORD}
    assert client.api("POST", "/v1/auth/register", person)[0] == 202
    _, mails = client.api("GET", f"/dev/mailbox?to={address}")
    code = re.findall(r"\b[0-9]{6}\b", mails["items"][0]["text"])[0]
    assert client.api("POST", "/v1/auth/confirm", {"email": address, "code": code})[0] == 204
    return sign_in(client, address)


def sign_in(client: Client, address: str) -> str:
    status, answer = client.api("POST", "/v1/auth/login", {"email": address, "password": PASSWORD})
    assert status == 200
    token: str = answer["tokens"]["access_token"]
    return token
