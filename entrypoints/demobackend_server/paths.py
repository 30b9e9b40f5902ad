"""From a path as it stood on the request line to an operation's methods, and the values of the path's parameters."""

from collections.abc import Mapping
from urllib.parse import unquote

from demobackend.api.dispatch import Methods

type Found = tuple[Methods | None, Mapping[str, str]]

_NOTHING: Found = (None, {})


class Paths:
    """Templates without parameters by their segments; the others by their number of segments, those with literal segments first.

    Segments are cut before they are decoded, and decoded once: `%2F` never makes a segment, `%252F` stays `%2F`, and an empty
    segment (a trailing or doubled slash) is another path.
    """

    def __init__(self, routes: Mapping[str, Methods]) -> None:
        self._fixed: dict[tuple[str, ...], Found] = {}
        self._by_length: dict[int, list[tuple[list[str], Methods]]] = {}
        for template in sorted(routes, key=_literals_first):
            segments = template.split("/")
            if "{" in template:
                self._by_length.setdefault(len(segments), []).append((segments, routes[template]))
            else:
                self._fixed[tuple(segments)] = (routes[template], {})

    def find(self, raw_path: str) -> Found:
        """Return the methods at this undecoded path, None where there is nothing, and its decoded parameters."""
        segments = raw_path.split("/")
        if "%" in raw_path:
            segments = [unquote(segment) for segment in segments]
        found = self._fixed.get(tuple(segments))
        if found is not None:
            return found
        for template, methods in self._by_length.get(len(segments), ()):
            values = _values(template, segments)
            if values is not None:
                return methods, values
        return _NOTHING


def _literals_first(template: str) -> list[bool]:
    return [segment.startswith("{") for segment in template.split("/")]


def _values(template: list[str], segments: list[str]) -> dict[str, str] | None:
    values = {}
    for pattern, segment in zip(template, segments, strict=True):
        if pattern[:1] == "{" and segment:
            values[pattern[1:-1]] = segment
        elif pattern != segment:
            return None
    return values
