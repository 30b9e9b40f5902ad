"""Questions to a server and its answers; what it refuses ends the command in its own words."""

import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self, cast
from uuid import uuid4

import httpx2

from demobackend_cli.origins import Origin
from demobackend_cli.output import say
from demobackend_cli.problems import refusal
from demobackend_cli.stops import Stopped, WrongUsage

TIMEOUT = httpx2.Timeout(connect=5.0, read=35.0, write=35.0, pool=5.0)  # seconds; an API answers within 29
_TRIES = 3
_LONGEST_PAUSE = 5.0  # seconds; told to wait longer, a person decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request to the API. `path` is percent-encoded, `body` is sent as JSON."""

    method: str
    path: str
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_repeatable: bool = False
    """Whether asking twice does no more than asking once."""

    def repeatable(self) -> "Question":
        """The same, under an idempotency key: sent again when the answer is lost."""
        headers = {**self.headers, "Idempotency-Key": str(uuid4())}
        return replace(self, headers=headers, is_repeatable=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of 2xx; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """The body. Raises `Stopped` when it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise _stranger() from None

    def read[T](self, kind: type[T]) -> T:
        """The body as a wire type, of which every field is there. Raises `Stopped`."""
        value = self.json()
        required: frozenset[str] = getattr(kind, "__required_keys__", frozenset())
        if not isinstance(value, dict) or not required <= value.keys():
            raise _stranger()
        return cast(T, value)


type Ask = Callable[[Question], Answer]


def get(path: str, **query: str | int) -> Question:
    """A question that changes nothing."""
    return Question(method="GET", path=path, query=query, is_repeatable=True)


def post(path: str, body: Mapping[str, object] | None = None) -> Question:
    """A question with a body."""
    return Question(method="POST", path=path, body=body)


class Api:
    """One server. Use it in a `with`."""

    def __init__(self, origin: Origin, *, verbose: bool = False) -> None:
        self.origin = origin
        self._verbose = verbose
        self._http = new_client(origin.url, through_proxy=not origin.is_loopback)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(self, question: Question, *, token: str | None = None) -> Answer:
        """Ask, again after a hiccup where that is safe. Raises `Stopped` for every answer that is not of 2xx."""
        answer = self.try_to_ask(question, token=token)
        if not 200 <= answer.status < 300:
            raise self.refusal(answer)
        return answer

    def refusal(self, answer: Answer) -> Stopped:
        """What an answer that is not of 2xx means."""
        return refusal(answer.status, answer.body, from_where=self.origin.url, retry_after=answer.headers.get("retry-after", ""))

    def try_to_ask(self, question: Question, *, token: str | None = None) -> Answer:
        """As `ask`, but an answer of any status is returned. Raises `Stopped` when there is none."""
        for tries_left in reversed(range(_TRIES)):
            try:
                answer = self._send(question, token)
            except httpx2.ConnectError as error:
                raise _no_server(self.origin, error) from None
            except UnicodeEncodeError:
                raise WrongUsage("an argument is not UTF-8") from None
            except httpx2.TransportError as error:
                if not (tries_left and question.is_repeatable):
                    raise Stopped(f"{self.origin.url} did not answer: {_reason(error)}") from None
                time.sleep(0.2)
                continue
            pause = _pause(question, answer)
            if pause is None or not tries_left:
                return answer
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _send(self, question: Question, token: str | None) -> Answer:
        headers = dict(question.headers)
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        started = time.monotonic()
        reply = self._http.request(
            question.method, self.origin.url + question.path, params=question.query or None, json=question.body, headers=headers
        )
        if self._verbose:
            milliseconds = (time.monotonic() - started) * 1000
            request_id = reply.headers.get("x-request-id", "none")
            say(f"{question.method} {question.path}: {reply.status_code} in {milliseconds:.0f} ms, request id {request_id}")
        return Answer(reply.status_code, {name.lower(): value for name, value in reply.headers.items()}, reply.content)


def new_client(url: str, *, through_proxy: bool) -> httpx2.Client:
    """A client for addresses like this one. Without TLS the certificates are not read, which takes longer than most requests."""
    verify: ssl.SSLContext | bool = True if url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx2.Client(timeout=TIMEOUT, verify=verify, trust_env=through_proxy, headers={"User-Agent": "demobackend-cli"})


def _pause(question: Question, answer: Answer) -> float | None:
    """Seconds after which the server wants to be asked again, None when the answer stands. A 429 has had no effect."""
    if answer.status == 429 or (answer.status == 503 and question.is_repeatable):
        told = answer.headers.get("retry-after", "")
        if told.isdecimal() and int(told) <= _LONGEST_PAUSE:
            return float(told)
    return None


def _no_server(origin: Origin, error: Exception) -> Stopped:
    reason = _reason(error)
    if origin.is_loopback and "refused" in reason:
        return Stopped(f"no server at {origin.url}; start one with `make serve`")
    return Stopped(f"no server at {origin.url}: {reason}")


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _stranger() -> Stopped:
    return Stopped("the server does not answer as DemoBackend does", hint="Is --api the address of a DemoBackend?")
