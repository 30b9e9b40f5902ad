"""Rate limits in Amazon DynamoDB, as exact sliding logs: a row for each bucket."""

import logging
import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from demobackend.adapters.dynamodb.actions import ABSENT, Condition, Put
from demobackend.adapters.dynamodb.attributes import text
from demobackend.adapters.dynamodb.table import ConditionFailed, Table
from demobackend.adapters.dynamodb.takes import CHANCE_BYTES, Takes, bucket_key, new_take, takes_from_row, takes_to_row
from demobackend.domain.model.errors import LimitExceeded, Unavailable

_LOG = logging.getLogger("demobackend.aws")
_ATTEMPTS = 20
_FIRST_PAUSE = 0.01  # seconds, doubling
_LONGEST_PAUSE = 0.64  # seconds


class DynamoDbRateLimiter:
    """Takes of every process on the table, for limits up to 40,000 (a row takes 400 KB); a `RateLimiter`.

    A bucket's row is read and replaced on condition that nobody was faster. Who lost that race 20 times gives up with `Unavailable`;
    each loss is another's take, so a limit of up to 19 always comes to an answer, however many callers there are. A take that is
    found in the row after its condition failed is this caller's own, and its answer was lost on the way: it is not taken twice.
    """

    def __init__(self, table: Table, *, pause: Callable[[float], None] = time.sleep, random: Callable[[int], bytes] = os.urandom) -> None:
        self._table = table
        self._pause = pause
        self._random = random

    def take(self, bucket: str, *, limit: int, window: timedelta, at: datetime) -> None:
        """Count one, while at most `limit` were taken within `window`: one read, and one conditional write when it counts.

        Raises `LimitExceeded`, `Corrupt`, `Unavailable`.
        """
        taken = new_take(at, self._random(CHANCE_BYTES))
        held = takes_from_row(self._table.get(bucket_key(bucket)))
        longest = _FIRST_PAUSE
        for _ in range(_ATTEMPTS):
            _refuse_unless_free(held.wait(limit=limit, window=window, at=at))
            try:
                return self._replace(bucket, held, held.with_one_more(taken, window=window, at=at))
            except ConditionFailed as refusal:
                held = takes_from_row(refusal.row)
            if taken in held.numbers:
                return None
            self._pause(longest * int.from_bytes(self._random(4)) / 2**32)
            longest = min(2 * longest, _LONGEST_PAUSE)
        _LOG.warning("contended", extra={"attempts": _ATTEMPTS})
        raise Unavailable

    def check(self, buckets: Mapping[str, int], *, window: timedelta, at: datetime) -> None:
        """Count nothing; say whether `take` would go on for each bucket: one read of all.

        Raises `LimitExceeded`, `Corrupt`, `Unavailable`.
        """
        limits = {bucket_key(bucket).pk: limit for bucket, limit in buckets.items()}
        held = {text(row, "PK"): takes_from_row(row) for row in self._table.get_many(map(bucket_key, buckets))}
        waits = (held.get(key, Takes()).wait(limit=limit, window=window, at=at) for key, limit in limits.items())
        _refuse_unless_free(max(waits, default=timedelta(0)))

    def _replace(self, bucket: str, held: Takes, takes: Takes) -> None:
        as_read = Condition("#revision = :expected", {"expected": held.revision}) if held.revision else ABSENT
        self._table.write(Put(takes_to_row(bucket, takes), as_read))


def _refuse_unless_free(wait: timedelta) -> None:
    if wait:
        raise LimitExceeded(wait)
