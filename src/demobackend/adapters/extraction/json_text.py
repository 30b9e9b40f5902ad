"""JSON: the decoded keys and values in their order, one to a line."""

import re
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder

from demobackend.adapters.extraction.encoding import decode
from demobackend.adapters.extraction.source import Incomplete, Source, Unreadable

_BLANKS = " \t\n\r"
_NO_BLANK = re.compile(f"[^{_BLANKS}]")
# What may come next is a choice of characters; a blank, which is always skipped, stands for any value and a quote for a key.
_VALUE, _KEY = " ", '"'
_CLOSING = {"[": "]", "{": "}"}
# Only keys and values that hold no others are left to the decoder: it recurses into the rest, and forgets a key that comes twice.
# Numbers stay as written. NaN and raw control characters pass, since many programs write them.
_DECODE = JSONDecoder(strict=False, parse_float=str, parse_int=str, parse_constant=str).raw_decode


def pieces(source: Source) -> Iterator[str]:
    """Yield the keys, strings, numbers and booleans of one value or of several (JSON lines), nested to any depth.

    Raises `Unreadable` where the file stops being JSON, `Incomplete` there if the file was cut.
    """
    text = decode(source.read(), declared=(source.charset,), is_cut=source.is_cut)
    if text is None:
        raise Unreadable("broken")
    try:
        for value in _scalars(text):
            if value is not None:
                yield f"{value}\n" if isinstance(value, str) else f"{value}\n".lower()
    except JSONDecodeError as error:
        raise (Incomplete if source.is_cut else Unreadable)("broken") from error


def _scalars(text: str) -> Iterator[str | bool | None]:
    closing: list[str] = []  # what ends each open array and object, the innermost last
    expected = _VALUE
    position, end = 0, len(text)
    while position < end:
        character = text[position]
        if character in _BLANKS:
            following = _NO_BLANK.search(text, position)
            position = following.start() if following else end
        elif character in expected and character != _KEY:
            expected = _after(character, closing)
            position += 1
        elif _VALUE in expected and character in _CLOSING:
            closing.append(_CLOSING[character])
            expected = f"{_VALUE}]" if character == "[" else f"{_KEY}}}"
            position += 1
        elif _VALUE in expected or character in expected:
            value, position = _DECODE(text, position)
            yield value
            expected = ":" if _KEY in expected else _after_value(closing)
        else:
            raise JSONDecodeError("Something else must be here", "", position)
    if closing:
        raise JSONDecodeError("It ends too early", "", end)


def _after(character: str, closing: list[str]) -> str:
    if character == ":":
        return _VALUE
    if character == ",":
        return _VALUE if closing[-1] == "]" else _KEY
    closing.pop()
    return _after_value(closing)


def _after_value(closing: list[str]) -> str:
    return f",{closing[-1]}" if closing else _VALUE
