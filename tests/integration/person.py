"""Somebody who uses the deployed API over its gateway."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.integration.cloud import Cloud

from demobackend.testing.gateway import RawHttpAnswer, RawHttpRequest
from demobackend.testing.wire import HttpRequest, send_over_http

PASSWORD = "correct horse battery"
_CODE = re.compile(r"\b[0-9]{6}\b")
_NO_HEADERS: Mapping[str, str] = {}


@dataclass(slots=True)
class Person:
    """A person with an address of their own; signed in once there are tokens."""

    cloud: Cloud
    email: str = field(default_factory=lambda: f"{uuid4().hex}@example.test")
    access: str = ""
    refresh: str = ""

    def request(self, method: str, target: str, body: object = None, headers: Mapping[str, str] = _NO_HEADERS) -> RawHttpRequest:
        """A request in this person's name."""
        sent = dict(headers)
        if self.access:
            sent["Authorization"] = f"Bearer {self.access}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        return RawHttpRequest(
            method=method, target=target, headers=tuple(sent.items()), body=b"" if body is None else json.dumps(body).encode()
        )

    def ask(self, method: str, target: str, body: object = None, *, status: int = 200, **headers: str) -> Any:
        """The answer's JSON, None for none. `If_Match="…"` is a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.cloud.api.send(self.request(method, target, body, named))
        assert answer.status == status, (method, target, answer.status, answer.body.decode(errors="replace"))
        return json.loads(answer.body) if answer.body else None

    def register(self) -> None:
        """Open an account, or open it again."""
        self.ask("POST", "/v1/auth/register", {"email": self.email, "password": PASSWORD}, status=202)

    def code(self) -> str:
        """The code in the newest mail to this person."""
        mails = [mail for mail in self.cloud.servers.ministack.mails() if self.email in str(mail)]
        codes = [found[0] for mail in mails if (found := _CODE.search(str(mail.get("BodyText") or mail)))]
        return codes[-1]

    def confirm(self) -> None:
        """Confirm the address with its code."""
        self.ask("POST", "/v1/auth/confirm", {"email": self.email, "code": self.code()}, status=204)

    def login(self) -> None:
        """Sign in."""
        tokens = self.ask("POST", "/v1/auth/login", {"email": self.email, "password": PASSWORD})["tokens"]
        self.access, self.refresh = tokens["access_token"], tokens["refresh_token"]

    def create(self, name: str = "notes.txt", content: bytes = b"seventeen herons", **headers: str) -> tuple[str, dict[str, Any]]:
        """A pending file's id, and its upload."""
        asked = {"name": name, "size": len(content), "media_type": "text/plain"}
        created = self.ask("POST", "/v1/files", asked, status=201, **headers)
        return created["file"]["id"], created["upload"]

    def send(self, upload: dict[str, Any], content: bytes = b"seventeen herons") -> None:
        """Bring the bytes."""
        answer = send_over_http(HttpRequest(upload["method"], upload["url"], tuple(upload["headers"].items()), content))
        assert answer.status == 200, answer.body

    def complete(self, file_id: str, upload: dict[str, Any], *, status: int = 200) -> Any:
        """Say that the bytes are there."""
        return self.ask("POST", f"/v1/files/{file_id}/uploads/{upload['id']}/complete", {}, status=status)

    def file(self, name: str = "notes.txt") -> str:
        """The id of a file that is available."""
        file_id, upload = self.create(name)
        self.send(upload)
        self.complete(file_id, upload)
        return file_id

    def tag_of(self, file_id: str) -> str:
        """The ETag of a file."""
        return etag(self.cloud.api.send(self.request("GET", f"/v1/files/{file_id}")))

    def trashed(self) -> str:
        """The id of a file in the trash."""
        file_id = self.file()
        self.ask("DELETE", f"/v1/files/{file_id}", If_Match=self.tag_of(file_id))
        return file_id


def etag(answer: RawHttpAnswer) -> str:
    """The ETag of an answer."""
    return dict(answer.headers)["etag"]


def registered(cloud: Cloud) -> Person:
    """Somebody whose account waits for its code."""
    person = Person(cloud)
    person.register()
    return person


def signed_in(cloud: Cloud) -> Person:
    """Somebody with tokens."""
    person = registered(cloud)
    person.confirm()
    person.login()
    return person
