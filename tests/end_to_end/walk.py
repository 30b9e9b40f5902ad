"""The main job from end to end, whatever carries the requests: register, confirm, sign in, upload a PDF, find it, get it back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from fpdf import FPDF
from PIL import Image

from demobackend.testing.wire import HttpAnswer

PASSWORD = "correct horse battery"
PHRASE = "seventeen herons crossed the estuary"
PAGES = 5
_NO_HEADERS: Mapping[str, str] = {}


class Transport(Protocol):
    """Carries a request to the system under test and brings its answer; `path` is still percent-encoded."""

    def request(self, method: str, path: str, *, query: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        """Return the answer as it came, redirects too."""
        ...


@dataclass(frozen=True, slots=True)
class Walk:
    """One person's way through the system. `code_for` reads the newest code mailed to an address, `settle` has all changes made."""

    transport: Transport
    code_for: Callable[[str], str]
    settle: Callable[[], None]
    address: str = "ada@example.test"

    def __call__(self) -> None:
        """Raises `AssertionError` where the way ends."""
        token = self.sign_in()
        document = pdf()
        file_id = self._upload(token, document)
        self.settle()
        self._is_found(token, file_id)
        self._is_downloaded_byte_for_byte(token, file_id, document)

    def sign_in(self) -> str:
        """Open an account, confirm it, and return an access token."""
        credentials = {"email": self.address, "password": PASSWORD}
        self.ask("POST", "/v1/auth/register", 202, body=credentials)
        self.ask("POST", "/v1/auth/confirm", 204, body={"email": self.address, "code": self.code_for(self.address)})
        signed_in = self.ask("POST", "/v1/auth/login", 200, body=credentials)
        token: str = signed_in["tokens"]["access_token"]
        assert self.ask("GET", "/v1/me", 200, token=token)["email"] == self.address
        return token

    def put(self, token: str, document: bytes) -> Any:
        """Create a file and store its bytes; the upload is left open. Return what `create_file` answered."""
        digest = sha256(document).hexdigest()
        new = {"name": "estuary report.pdf", "size": len(document), "media_type": "application/pdf", "sha256": digest, "tags": ["birds"]}
        created = self.ask("POST", "/v1/files", 201, token=token, body=new)
        upload = created["upload"]
        assert self.follow(upload["method"], upload["url"], upload["headers"], document).status == 200
        return created

    def _upload(self, token: str, document: bytes) -> str:
        created = self.put(token, document)
        file_id: str = created["file"]["id"]
        completed = self.ask("POST", f"/v1/files/{file_id}/uploads/{created['upload']['id']}/complete", 200, token=token)
        assert (completed["status"], completed["size"]) == ("available", len(document))
        return file_id

    def _is_found(self, token: str, file_id: str) -> None:
        found = self.ask("GET", "/v1/search", 200, token=token, query=urlencode({"q": f'"{PHRASE}"'}))
        assert [hit["file"]["id"] for hit in found["items"]] == [file_id]
        assert " ".join(piece["text"] for piece in found["items"][0]["snippet"] if piece["match"]) == PHRASE
        assert self.ask("GET", f"/v1/files/{file_id}", 200, token=token)["searchable"] is True

    def _is_downloaded_byte_for_byte(self, token: str, file_id: str, document: bytes) -> None:
        redirect = self._send("GET", f"/v1/files/{file_id}/content", token=token)
        assert redirect.status == 307
        assert self.follow("GET", redirect.headers["location"]).body == document

    def ask(self, method: str, path: str, status: int, *, token: str | None = None, query: str = "", body: object = None) -> Any:
        """The JSON of an answer of this status, None where there is none."""
        answer = self._send(method, path, token=token, query=query, body=body)
        assert answer.status == status, (answer.status, answer.body)
        return json.loads(answer.body) if answer.body else None

    def follow(self, method: str, url: str, headers: Mapping[str, str] = _NO_HEADERS, body: bytes = b"") -> HttpAnswer:
        """The answer to a signed request, whose address names our own origin."""
        parts = urlsplit(url)
        return self.transport.request(method, parts.path, query=parts.query, headers=headers, body=body)

    def _send(self, method: str, path: str, *, token: str | None = None, query: str = "", body: object = None) -> HttpAnswer:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        encoded = b"" if body is None else json.dumps(body).encode()
        return self.transport.request(method, path, query=query, headers=headers, body=encoded)


def pdf() -> bytes:
    """A document of some MB: five pages of text, each with a picture of noise, the phrase on the third."""
    document, random = FPDF(), Random(17)
    for page in range(1, PAGES + 1):
        document.add_page()
        document.set_font("Helvetica", size=12)
        sentence = f"On that morning {PHRASE} in silence." if page == 3 else "Nothing but reeds and water was seen."
        document.multi_cell(0, 8, f"Page {page}. {sentence}")
        document.image(Image.frombytes("RGB", (480, 480), random.randbytes(480 * 480 * 3)), w=150)
    return bytes(document.output())
