"""What a rate limiter remembers of a bucket, as a row, and back.

A take is a whole number: its moment in milliseconds since 1970, and 16 bits of chance below, by which a caller knows its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from struct import pack, unpack

from demobackend.adapters.dynamodb.attributes import Row, number
from demobackend.adapters.dynamodb.digests import checked, sealed
from demobackend.adapters.dynamodb.moments import to_ms
from demobackend.adapters.dynamodb.schema import Key
from demobackend.domain.model.errors import Corrupt

_CHANCE_BITS = 16
CHANCE_BYTES = _CHANCE_BITS // 8
_TAKE_BYTES = 8
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Takes:
    """All takes that may still count, oldest first; the widest window that anyone asked about, in milliseconds; the row's revision."""

    numbers: tuple[int, ...] = ()
    widest: int = 0
    revision: int = 0

    def wait(self, *, limit: int, window: timedelta, at: datetime) -> timedelta:
        """The time until one more may be taken; zero when it may be taken now."""
        if limit < 1:
            return window
        if len(self.numbers) < limit:
            return timedelta(0)
        in_the_way = (self.numbers[-limit] >> _CHANCE_BITS) - to_ms(at)
        return max(in_the_way * _MILLISECOND + window, timedelta(0))

    def with_one_more(self, taken: int, *, window: timedelta, at: datetime) -> "Takes":
        """With this take, and without those that can count no more."""
        widest = max(self.widest, window // _MILLISECOND)
        live = [each for each in self.numbers if each >> _CHANCE_BITS > to_ms(at) - widest]
        return Takes(tuple(sorted([*live, taken])), widest, self.revision + 1)


def new_take(at: datetime, chance: bytes) -> int:
    """A take at this moment."""
    return to_ms(at) << _CHANCE_BITS | int.from_bytes(chance)


def bucket_key(bucket: str) -> Key:
    """Where a bucket's takes lie; its name is hashed, so that its length does not matter."""
    return Key(f"R#{sha256(bucket.encode()).hexdigest()}", "R")


def takes_to_row(bucket: str, takes: Takes) -> Row:
    """Takes are packed, 8 bytes each, so that a row holds 50,000."""
    key = bucket_key(bucket)
    last_counts_until = (takes.numbers[-1] >> _CHANCE_BITS) + takes.widest if takes.numbers else 0
    return sealed(
        {
            "PK": key.pk,
            "SK": key.sk,
            "takes": pack(f">{len(takes.numbers)}Q", *takes.numbers),
            "widest": takes.widest,
            "revision": takes.revision,
            "ttl": last_counts_until // 1_000 + 1,
        }
    )


def takes_from_row(row: Row | None) -> Takes:
    """The inverse of `takes_to_row`; where there is no row, nothing was taken. Raises `Corrupt`."""
    if row is None:
        return Takes()
    packed = checked(row).get("takes")
    if not isinstance(packed, bytes):
        raise Corrupt
    return Takes(unpack(f">{len(packed) // _TAKE_BYTES}Q", packed), number(row, "widest"), number(row, "revision"))
