"""Refusals as servers and stores word them, as the end of a command."""

import json
import re
from dataclasses import dataclass

from demobackend_cli.output import shown
from demobackend_cli.stops import NotSignedIn, NotThere, Stopped

_KINDS: dict[int, type[Stopped]] = {401: NotSignedIn, 404: NotThere}
_S3_CODE = re.compile(rb"<Code>(\w{1,100})</Code>")


def refusal(status: int, body: bytes, *, from_where: str, retry_after: str = "") -> Stopped:
    """What an answer that is not of 2xx means: problem+json in its own words, anything else by its status."""
    hint = f"Try again in {retry_after} s." if retry_after.isdecimal() else ""
    problem = _problem(body)
    kind = _KINDS.get(status, Stopped)
    detail = problem.get("detail")
    if not isinstance(detail, str):
        return kind(f"{from_where} answered {status} without saying why", hint=hint)
    code, details, message = _text(problem.get("code")), _violations(problem.get("errors")), shown(detail)
    if len(details) == 1 and details[0].detail == message:  # said once, with its place
        code, message, details = details[0].code, str(details[0]), ()
    lines = tuple(f"{one} ({one.code})" for one in details)
    return kind(message, code=code, details=lines, hint=hint, request_id=_text(problem.get("request_id")))


def store_refusal(status: int, body: bytes) -> Stopped:
    """What a store's refusal means; ours speaks problem+json, Amazon S3 XML. Its statuses say nothing about our session."""
    problem = _problem(body)
    named = _S3_CODE.search(body)
    code = _text(problem.get("code")) or (named[1].decode() if named else "")
    detail = problem.get("detail")
    sentence = shown(detail) if isinstance(detail, str) else f"the store answered {status}"
    return Stopped(sentence, code=code, request_id=_text(problem.get("request_id")))


def _problem(body: bytes) -> dict[str, object]:
    try:
        problem = json.loads(body)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


@dataclass(frozen=True, slots=True)
class _Violation:
    """A rule that is broken, and where; `pointer` is empty for the whole of what was sent."""

    pointer: str
    detail: str
    code: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.detail}" if self.pointer else self.detail


def _violations(errors: object) -> tuple[_Violation, ...]:
    listed = errors if isinstance(errors, list) else []
    found = [violation for violation in listed if isinstance(violation, dict)]
    return tuple(_Violation(_text(one.get("pointer")), _text(one.get("detail")), _text(one.get("code"))) for one in found)


def _text(value: object) -> str:
    return shown(value) if isinstance(value, str) else ""
