"""Refusals as servers and stores word them, as the end of a command."""

import json
import re

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
    return kind(
        shown(detail),
        code=_text(problem.get("code")),
        details=_violations(problem.get("errors")),
        hint=hint,
        request_id=_text(problem.get("request_id")),
    )


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


def _violations(errors: object) -> tuple[str, ...]:
    listed = errors if isinstance(errors, list) else []
    found = [violation for violation in listed if isinstance(violation, dict)]
    return tuple(f"{_text(one.get('pointer'))}: {_text(one.get('detail'))} ({_text(one.get('code'))})" for one in found)


def _text(value: object) -> str:
    return shown(value) if isinstance(value, str) else ""
