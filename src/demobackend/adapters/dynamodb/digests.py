"""Rows that tell when they are not what was written.

The check sum of an answer covers its way here. Each row whose wrong reading would hurt also holds the SHA-256 of its own attributes,
which covers everything that may become of it before: another program, a hand that mends, a backup put back by halves.
"""

import json
from collections.abc import Collection
from hashlib import sha256

from demobackend.adapters.dynamodb.attributes import Row, Value, without
from demobackend.domain.model.errors import Corrupt

VERSION = 1
_READABLE = frozenset({VERSION})  # the version of now and the one before: when 2 comes, 1 stays here until no row has it
_NEVER_COVERED = frozenset({"digest", "write"})


def sealed(row: Row, *, uncovered: Collection[str] = ()) -> Row:
    """The row with its version `v` and its `digest`; `uncovered` attributes may change by themselves."""
    versioned: Row = {**row, "v": VERSION}
    return {**versioned, "digest": _digest(versioned, uncovered)}


def checked(row: Row, *, uncovered: Collection[str] = ()) -> Row:
    """The row, which is as it was sealed. Raises `Corrupt` when it is not, and for a version that this code cannot read."""
    if row.get("v") not in _READABLE or row.get("digest") != _digest(row, uncovered):
        raise Corrupt
    return row


def _digest(row: Row, uncovered: Collection[str]) -> str:
    covered = without(row, _NEVER_COVERED.union(uncovered))
    return sha256(_CANONICAL.encode(covered).encode()).hexdigest()


def _bytes(value: Value) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"B": value.hex()}
    raise TypeError(type(value))


_CANONICAL = json.JSONEncoder(default=_bytes, sort_keys=True, separators=(",", ":"))  # made once: making it takes as long as its work
