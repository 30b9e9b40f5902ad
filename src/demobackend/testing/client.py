"""A client of the API without a network: requests as a driver would hand them in, replies as it would get them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demobackend.api.dispatch import Dispatch, Methods
from demobackend.api.operations.areas import routes
from demobackend.api.raw import RawRequest, Reply, query_pairs

_NO_HEADERS: Mapping[str, str] = {}


def match(path: str) -> tuple[Methods | None, dict[str, str]]:
    """The route of a path, part by part, and its parameters."""
    parts = path.split("/")
    for template, methods in routes().items():
        names = template.split("/")
        if len(names) == len(parts) and all(
            name == part or (part and name.startswith("{")) for name, part in zip(names, parts, strict=True)
        ):
            return methods, {name[1:-1]: part for name, part in zip(names, parts, strict=True) if name.startswith("{")}
    return None, {}


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply with the questions that tests ask."""

    reply: Reply

    @property
    def status(self) -> int:
        """The status."""
        return self.reply.status

    def header(self, name: str) -> str | None:
        """The only value of a header, or None."""
        values = [value for key, value in self.reply.headers if key == name]
        return values[0] if len(values) == 1 else None

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.reply.body)

    @property
    def code(self) -> str:
        """A problem's code."""
        code: str = self.json["code"]
        return code


@dataclass(frozen=True, slots=True)
class Client:
    """Sends requests as one person, or as nobody."""

    dispatch: Dispatch
    token: str | None = None
    network: str = "192.0.2.1"

    def __call__(
        self, method: str, target: str, *, body: object = None, raw: bytes | None = None, headers: Mapping[str, str] = _NO_HEADERS
    ) -> Answered:
        """Send a request; `body` is sent as JSON with its type, `raw` as it is."""
        path, _, query = target.partition("?")
        methods, parameters = match(path)
        sent = {name.lower(): [value] for name, value in headers.items()}
        if self.token is not None:
            sent.setdefault("authorization", [f"Bearer {self.token}"])
        if body is not None:
            sent.setdefault("content-type", ["application/json"])
            raw = json.dumps(body).encode()
        request = RawRequest(
            method=method,
            path=path,
            path_parameters=parameters,
            query=query_pairs(query.encode()),
            headers=sent,
            body=raw or b"",
            network=self.network,
        )
        return Answered(self.dispatch(methods, request))
