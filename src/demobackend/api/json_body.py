"""Strict JSON: one reading, no surprises."""

import json
import math
from typing import NoReturn

from demobackend.domain.model.errors import Malformed

MAX_DEPTH = 32

type Json = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


def read_json(body: bytes) -> Json:
    """Return the one value that the bytes say.

    Raises `Malformed` for what is not UTF-8 or not JSON (RFC 8259), for NaN and infinities, for numbers too long to read, nesting
    deeper than 32, an object's repeated name, and text with lone surrogates.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("invalid_utf8", "The body is not UTF-8.") from None
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _check_depth(text)
    try:
        value: Json = _DECODER.decode(text)
    except ValueError:  # json.JSONDecodeError, and int() on too many digits
        raise Malformed("invalid_json", "The body is not JSON.") from None
    if "\\ud" in text or "\\uD" in text:
        _check_surrogates(value)
    return value


def _pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Malformed("duplicate_key", "An object in the body names a member twice.")
    return result


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise Malformed("number_out_of_range", "A number in the body is too large.")
    return number


def _no_constant(_: str) -> NoReturn:
    raise Malformed("invalid_json", "The body is not JSON.")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=_finite, parse_constant=_no_constant)


def _check_depth(text: str) -> None:
    """Count nesting outside strings, before a parser recurses into it."""
    depth = 0
    inside = False
    position = 0
    while position < len(text):
        character = text[position]
        if inside:
            if character == "\\":
                position += 1
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed("too_deep", f"The body is nested deeper than {MAX_DEPTH}.")
        elif character in "]}":
            depth -= 1
        position += 1


def _check_surrogates(value: Json) -> None:
    pending = [value]
    while pending:
        match pending.pop():
            case str(text):
                if any("\ud800" <= character <= "\udfff" for character in text):
                    raise Malformed("lone_surrogate", "Text in the body holds a lone surrogate.")
            case dict(members):
                pending.extend(members)
                pending.extend(members.values())
            case list(elements):
                pending.extend(elements)
            case _:
                pass
