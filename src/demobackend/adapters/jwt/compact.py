"""The outer form of a JSON Web Token, read more strictly than the library does (RFC 7515, RFC 8725)."""

import base64
import json
import re
from typing import cast

from demobackend.domain.model.errors import Unauthenticated

MAX_CHARACTERS = 8 * 1024
_FORM = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_HEADER_FIELDS = frozenset({"alg", "kid", "typ"})

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None


def header_of(token: str) -> dict[str, Json]:
    """Return the header of a token in canonical compact form. Raises `Unauthenticated`.

    A header may name algorithm, key id and type: whatever asks for more (`crit`, `jwk`, `jku`, `x5u`, …) is refused unread.
    """
    match = _FORM.fullmatch(token) if len(token) <= MAX_CHARACTERS else None
    if match is None:
        raise Unauthenticated
    header, _, _ = (_decoded(part) for part in match.groups())
    fields = parsed_object(header)
    if not _HEADER_FIELDS.issuperset(fields) or fields.get("typ", "JWT") != "JWT":
        raise Unauthenticated
    return fields


def parsed_object(content: bytes) -> dict[str, Json]:
    """Return a JSON object in UTF-8 in which no name comes twice. Raises `Unauthenticated`."""
    try:
        value = json.loads(content.decode(), object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Unauthenticated from None
    if not isinstance(value, dict):
        raise Unauthenticated
    return cast(dict[str, Json], value)


def _decoded(part: str) -> bytes:
    """Base64url without padding, in its one canonical spelling."""
    content = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) if len(part) % 4 != 1 else b""
    if base64.urlsafe_b64encode(content).rstrip(b"=").decode() != part:
        raise Unauthenticated
    return content


def _without_repeats(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("repeated name")
    return fields


def _refuse_constant(name: str) -> Json:
    raise ValueError(name)  # NaN and the infinities are no JSON
