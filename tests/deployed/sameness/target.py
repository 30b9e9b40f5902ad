"""An API at an address, asked with raw requests whose names in angle brackets are put in."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from tests.api.sameness.raw_http import sent
from tests.api.sameness.row import JSON, filled, row
from tests.deployed.sameness.shape import Seen, seen

from demobackend.testing.gateway import RawHttpAnswer, RawHttpRequest
from demobackend.testing.wire import HttpRequest, send_over_http

_PATIENCE = 60.0  # seconds, for functions that begin
_PAUSE = 0.3  # seconds


@dataclass(frozen=True, slots=True)
class Target:
    """One profile behind HTTP. `url` is what stands before every path; `code_for` tells the newest code mailed to an address.

    `names` is what was given names to, `taken` what was seen of each step, in order.
    """

    profile: str
    url: str
    code_for: Callable[[str], str]
    names: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, Seen]] = field(default_factory=list)

    def send(self, request: RawHttpRequest) -> RawHttpAnswer:
        """The answer to a request."""
        url, named = urlsplit(self.url), filled(request, self.names)
        onward = RawHttpRequest(method=named.method, target=url.path + named.target, headers=named.headers, body=named.body)
        return sent((url.hostname or "", url.port or 80), onward, patience=_PATIENCE)

    def ask(self, line: str, status: int, *headers: str, body: object = None) -> Any:
        """Take a step: the JSON of an answer of this status, None where there is none."""
        text, typed = ("", ()) if body is None else (json.dumps(body), (JSON,))
        answer = self.send(row(line, line, status, None, *headers, *typed, body=text).request)
        assert answer.status == status, (self.profile, line, answer.status, answer.body)
        self.taken.append((line, seen(answer)))
        return json.loads(answer.body) if answer.body else None

    def put(self, upload: dict[str, Any], content: bytes) -> None:
        """Send the bytes where an upload says."""
        answer = send_over_http(HttpRequest(upload["method"], upload["url"], tuple(upload["headers"].items()), content))
        assert answer.status == 200, (self.profile, answer.body)

    def wait_until(self, so: Callable[[Callable[[str], Any]], bool], *, seconds: float) -> None:
        """Return once it is so. `so` is handed a way to GET; what it sees is no step."""
        deadline, never = monotonic() + seconds, Event()
        while not so(self._get):
            assert monotonic() < deadline, f"{self.profile}: not so after {seconds:.0f} seconds"
            never.wait(_PAUSE)

    def _get(self, path: str) -> Any:
        return json.loads(self.send(row(path, f"GET {path}", 200, None, "Authorization: Bearer <token>").request).body)
