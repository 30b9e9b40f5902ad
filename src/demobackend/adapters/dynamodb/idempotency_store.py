"""Idempotency keys in Amazon DynamoDB."""

import logging
from datetime import datetime, timedelta

from demobackend.adapters.dynamodb.actions import Condition, Delete, Put, Update
from demobackend.adapters.dynamodb.attributes import Row
from demobackend.adapters.dynamodb.idempotency_rows import (
    MAX_ANSWER_BYTES,
    answer_from_row,
    answer_to_attributes,
    claim_key,
    claim_to_row,
    request_of,
)
from demobackend.adapters.dynamodb.moments import to_ms
from demobackend.adapters.dynamodb.table import ConditionFailed, Table
from demobackend.domain.model.errors import IdempotencyMismatch, RequestInProgress
from demobackend.domain.model.idempotency import KeptAnswer, KeyedRequest

_LOG = logging.getLogger("demobackend.aws")
_FREE = """attribute_not_exists(#PK) OR #kept_until <= :at
    OR (#request = :request AND attribute_not_exists(#answer) AND #leased_until <= :at)"""


class DynamoDbIdempotencyStore:
    """Claims by caller, operation and key, and the answers to repeat; an `IdempotencyStore`.

    An answer of more than 384 KiB, headers included, is given up; nothing that the API answers comes near. Its key is refused for as
    long as the answer would have been kept, because to carry the request out again could double its effect.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, request: KeyedRequest, *, at: datetime, lease: timedelta, kept: timedelta) -> KeptAnswer | None:
        """Claim the key and return None, or return the answer to repeat: one conditional write, whose refusal holds the answer.

        Raises `IdempotencyMismatch`, `RequestInProgress`, `Corrupt`, `Unavailable`.
        """
        free = Condition(_FREE, {"at": to_ms(at), "request": request.digest})
        try:
            self._table.write_once(Put(claim_to_row(request, at=at, lease=lease, kept=kept), free))
        except ConditionFailed as refusal:
            return _repeated(refusal.row or {}, request)
        return None

    def finish(self, request: KeyedRequest, answer: KeptAnswer) -> None:
        """Keep the answer and end the lease: one conditional write. Raises `Unavailable`."""
        attributes = answer_to_attributes(answer)
        if not attributes["answer"]:
            _LOG.error("answer not kept", extra={"operation": request.operation, "bytes": len(answer.body), "limit": MAX_ANSWER_BYTES})
        self._write(
            Update(key=claim_key(request), values=attributes, condition=Condition("#request = :request", {"request": request.digest}))
        )

    def release(self, request: KeyedRequest) -> None:
        """Forget a claim that led to no answer worth keeping: one conditional write. Raises `Unavailable`."""
        unanswered = Condition("#request = :request AND attribute_not_exists(#answer)", {"request": request.digest})
        self._write(Delete(claim_key(request), unanswered))

    def _write(self, change: Update | Delete) -> None:
        try:
            self._table.write(change)
        except ConditionFailed:
            return  # the claim lapsed, and the key is somebody else's now


def _repeated(row: Row, request: KeyedRequest) -> KeptAnswer:
    if request_of(row) != request.digest:
        raise IdempotencyMismatch
    answer = answer_from_row(row) if "answer" in row else None
    if answer is None:
        raise RequestInProgress
    return answer
