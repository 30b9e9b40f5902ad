"""JSON as words: decoded keys and values in their order. No recursion, so nesting may have any depth."""

import json
import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""[ \t\n\r]*+(?:
        (?P<string>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+")
      | (?P<scalar>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null)(?![\w.+-])
      | (?P<open>[\[{])
      | (?P<close>[\]}])
      | (?P<comma>,)
      | (?P<colon>:)
      | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
# What may stand where, and what may stand after it; values and brackets are dealt with by the reader.
_STEPS = {
    ("key", "string"): "colon",
    ("first key", "string"): "colon",
    ("colon", "colon"): "value",
}
_VALUE_PLACES = frozenset({"top", "value", "first value"})
_CLOSING_PLACES = {"]": frozenset({"next", "first value"}), "}": frozenset({"next", "first key"})}
_OPENING = {"]": "[", "}": "{"}


def words_of_json(text: str) -> Iterator[str]:
    """Yield keys, strings, numbers and booleans of one value or several (JSON lines), one to a line. Raises `ValueError`."""
    place, nesting, position = "top", list[str](), 0
    while True:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise ValueError("not JSON")
        position, kind, word = match.end(), match.lastgroup, match[match.lastgroup]
        if kind == "end" and place == "top":
            return
        if kind == "string" or (kind == "scalar" and word != "null"):
            yield f"{json.loads(word) if kind == 'string' else word}\n"
        place = _after(place, kind, word, nesting)


def _after(place: str, kind: str, word: str, nesting: list[str]) -> str:
    """Where the reader stands after this word; `nesting` holds the open brackets. Raises `ValueError` when it may not stand here."""
    if step := _STEPS.get((place, kind)):
        return step
    if kind in {"string", "scalar"} and place in _VALUE_PLACES:
        return "next" if nesting else "top"
    if kind == "open" and place in _VALUE_PLACES:
        nesting.append(word)
        return "first value" if word == "[" else "first key"
    if kind == "close" and place in _CLOSING_PLACES[word] and nesting[-1] == _OPENING[word]:
        nesting.pop()
        return "next" if nesting else "top"
    if kind == "comma" and place == "next":
        return "value" if nesting[-1] == "[" else "key"
    raise ValueError("not JSON")
