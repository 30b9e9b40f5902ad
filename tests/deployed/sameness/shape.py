"""What is alike of two answers whose ids, times and texts differ: status, problem code, media type, and the form of the JSON."""

import json
from dataclasses import dataclass

from demobackend.testing.gateway import RawHttpAnswer

_MAPS = frozenset({"headers"})  # which headers an upload asks for is the store's own affair


@dataclass(frozen=True, slots=True)
class Seen:
    """`form` is the JSON's form written as text, empty where there is no body."""

    status: int
    code: str | None
    media_type: str
    form: str


def seen(answer: RawHttpAnswer) -> Seen:
    """What an answer shows."""
    media_type = dict(answer.headers).get("content-type", "").partition(";")[0] if answer.body else ""
    if not answer.body or not media_type.endswith("json"):
        return Seen(answer.status, None, media_type, "text" if answer.body else "")
    told = json.loads(answer.body)
    code = told.get("code") if media_type == "application/problem+json" else None
    return Seen(answer.status, code, media_type, form(told))


def form(value: object) -> str:
    """Objects by their fields in order of their names, lists by the forms that they hold, all else by its type."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {'map' if name in _MAPS else form(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + " | ".join(sorted({form(one) for one in value})) + "]"
    return "null" if value is None else type(value).__name__
