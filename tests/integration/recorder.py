"""Every request that Lambda functions send to Amazon's services and to OpenSearch, told by the libraries that send them."""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore import handlers

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

_OPENSEARCH = logging.getLogger("opensearch")
_CONNECTIONS = logging.getLogger("urllib3.connectionpool")
_IDENTIFIER = re.compile(r"(?<=/_doc/)[^/]+")
_VERSION = re.compile(r"-v\d+(?=/|$)")
_SERVICES = {
    "cognito-identity-provider": "Cognito",
    "dynamodb": "DynamoDB",
    "s3": "S3",
    "secrets-manager": "Secrets Manager",
    "sesv2": "SES",
}


@dataclass(slots=True, kw_only=True)
class Call:
    """One request. `sent` is false for what was only signed, so that somebody else may send it; `has_signature` for what needs no
    permission, since it goes out unsigned. `status` is 0 while no answer came."""

    function: str
    service: str
    operation: str
    path: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    sent: bool = True
    has_signature: bool = True
    status: int = 0

    @property
    def name(self) -> str:
        """Service and operation."""
        return f"{self.service} {self.operation}"


class Recorder(logging.Handler):
    """Notes calls while a function runs, under that function's name; those of the tests themselves belong to none.

    Amazon's libraries tell of each try by an event that every later session sends (moto listens in the same way); OpenSearch's client
    and urllib3, which fetches a user pool's keys, tell by their logs.
    """

    def __init__(self, alias: str) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self._alias = alias
        self._function: str | None = None

    @contextmanager
    def of(self, function: str) -> Iterator[None]:
        """What is called within the block is this function's."""
        self._function = function
        try:
            yield
        finally:
            self._function = None

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear of what sessions and clients made within the block send."""
        registered = [("before-send", self._sent), ("response-received", self._answered), ("before-sign.s3", self._signed)]
        levels = {logger: logger.level for logger in (_OPENSEARCH, _CONNECTIONS)}
        handlers.BUILTIN_HANDLERS.extend(registered)
        for logger, level in ((_OPENSEARCH, logging.INFO), (_CONNECTIONS, logging.DEBUG)):
            logger.addHandler(self)
            logger.setLevel(level)
        try:
            yield
        finally:
            for entry in registered:
                handlers.BUILTIN_HANDLERS.remove(entry)
            for logger, level in levels.items():
                logger.removeHandler(self)
                logger.setLevel(level)

    def emit(self, record: logging.LogRecord) -> None:
        """One line of OpenSearch's client or of urllib3."""
        arguments = record.args if isinstance(record.args, tuple) else ()
        if record.name == _OPENSEARCH.name and str(record.msg).startswith("%s %s [status:"):
            method, url, *_ = arguments
            path = urlsplit(str(url)).path
            self._note(Call(function="", service="OpenSearch", operation=f"{method} {self._kind(path)}", path=path))
        elif record.name == _CONNECTIONS.name and len(arguments) == 8 and str(arguments[4]).endswith("/jwks.json"):
            self._note(Call(function="", service="Cognito", operation="GET jwks.json", path=str(arguments[4]), has_signature=False))

    def _kind(self, path: str) -> str:
        """The path without what differs from one request, and one run, to the next."""
        return _VERSION.sub("-v<version>", _IDENTIFIER.sub("<id>", path.replace(self._alias, "<alias>")))

    def _sent(self, request: "AWSPreparedRequest", event_name: str, **_: object) -> None:
        service, operation = event_name.split(".")[1:]
        body = request.body if isinstance(request.body, bytes) else b""
        self._note(
            Call(
                function="",
                service=_SERVICES.get(service, service),
                operation=operation,
                path=urlsplit(request.url).path,
                body=json.loads(body) if body.startswith(b"{") else {},
                has_signature="Authorization" in request.headers,
            )
        )

    def _answered(self, event_name: str, response_dict: dict[str, Any], **_: object) -> None:
        operation = event_name.rpartition(".")[2]
        waiting = [call for call in self.calls if call.sent and not call.status and call.operation == operation]
        if waiting:
            waiting[-1].status = response_dict["status_code"]

    def _signed(self, operation_name: str, signature_version: str, **_: object) -> None:
        if signature_version.endswith("-query"):
            self._note(Call(function="", service="S3", operation=operation_name, sent=False))

    def _note(self, call: Call) -> None:
        if self._function is not None:
            call.function = self._function
            self.calls.append(call)
