"""Amazon's clients without Amazon: every call is answered from a script, behind the client's own signing, retries and parsing."""

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from boto3.session import Session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.credentials import Credentials
from botocore.session import Session as BotocoreSession
from urllib3 import HTTPResponse

from demobackend.adapters.botocore_clients import client_config

REGION = "eu-central-1"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer on the wire. Content-Length is the body's unless `headers` name one."""

    status: int = 200
    body: bytes | io.RawIOBase = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def error(status: int, code: str) -> Answer:
    """An error in the words of S3."""
    return Answer(status, f"<Error><Code>{code}</Code><Message>told</Message></Error>".encode())


def json_error(status: int, code: str) -> Answer:
    """An error in the words of the services that speak JSON."""
    return Answer(status, json.dumps({"__type": code, "message": "told"}).encode(), {"x-amzn-errortype": code})


def json_answer(**members: object) -> Answer:
    """A good answer of the services that speak JSON."""
    return Answer(200, json.dumps(members).encode())


class Script:
    """What comes back, call by call; the last line is repeated. `requests` is what was sent, every attempt of it."""

    def __init__(self, lines: Iterable[Answer | Exception]) -> None:
        self.lines = list(lines)
        self.requests: list[AWSPreparedRequest] = []

    def answer(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """The next line."""
        self.requests.append(request)
        line = self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]
        if isinstance(line, Exception):
            raise line
        octets = io.BytesIO(line.body) if isinstance(line.body, bytes) else line.body
        length = {"content-length": str(len(line.body))} if isinstance(line.body, bytes) and request.method != "HEAD" else {}
        headers = {**length, **line.headers}
        raw = HTTPResponse(octets, headers, line.status, preload_content=False, request_method=request.method)
        return AWSResponse(request.url, line.status, HeadersDict(headers), raw)  # type: ignore[arg-type]  # the stub names another type than the library hands over

    def sent(self) -> list[Any]:
        """The JSON bodies of what was sent."""
        return [json.loads(request.body) for request in self.requests if isinstance(request.body, bytes)]


def scripted(service: str, *lines: Answer | Exception, attempts: int = 1) -> tuple[Any, Script]:
    """A client whose calls get these answers, and the script behind it. `lines` of no length let no call pass."""
    script = Script(lines or [AssertionError("a call was made")])
    client = session().client(service, config=client_config(attempts=attempts, signature="s3v4" if service == "s3" else None))
    client.meta.events.register("before-send", script.answer)
    return client, script


@cache
def session() -> Session:
    """A session that looks nowhere for credentials. Its clients read the models of the services once."""
    return Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret", region_name=REGION)


def session_of(credentials: Credentials | None) -> Session:
    """A session with these credentials, which may end, or none."""
    underlying = BotocoreSession()
    underlying._credentials = credentials  # type: ignore[attr-defined]  # the library has no other way to be given refreshable ones
    return Session(botocore_session=underlying, region_name=REGION)
