"""Claims of idempotency keys as rows, and the answers kept in them.

An answer is one attribute with a digest of its own, because whoever keeps it does not have the rest of the row at hand.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from demobackend.adapters.dynamodb.attributes import Row, Value, text
from demobackend.adapters.dynamodb.digests import checked, sealed
from demobackend.adapters.dynamodb.moments import to_ms, to_ttl
from demobackend.adapters.dynamodb.schema import Key, escaped
from demobackend.domain.model.errors import Corrupt
from demobackend.domain.model.idempotency import KeptAnswer, KeyedRequest

_ANSWER = frozenset({"answer", "answer_digest"})
MAX_ANSWER_BYTES = 384 * 1024
"""Of an answer's headers and body together, so that its row stays below the 400 KB that DynamoDB takes."""


def claim_key(request: KeyedRequest) -> Key:
    """Where a key's claim lies; what a client chose is hashed, so that its length does not matter."""
    key = sha256(request.key.encode()).hexdigest()
    return Key(f"I#{escaped(request.caller)}#{escaped(request.operation)}#{key}", "I")


def claim_to_row(request: KeyedRequest, *, at: datetime, lease: timedelta, kept: timedelta) -> Row:
    """A claim without an answer. `leased_until` and `kept_until` are in milliseconds; each is the first moment that is not covered."""
    key = claim_key(request)
    claim: Row = {
        "PK": key.pk,
        "SK": key.sk,
        "request": request.digest,
        "leased_until": to_ms(at + lease),
        "kept_until": to_ms(at + kept),
        "ttl": to_ttl(at + kept),
    }
    return sealed(claim, uncovered=_ANSWER)


def request_of(row: Row) -> str:
    """The digest of the request that claimed the key. Raises `Corrupt`."""
    return text(checked(row, uncovered=_ANSWER), "request")


def answer_to_attributes(answer: KeptAnswer) -> Mapping[str, Value]:
    """What a claim with this answer has besides. One that is too large leaves no more than the mark that there was one."""
    head = json.dumps([answer.status, answer.headers]).encode()
    kept = head + b"\n" + answer.body if len(head) + len(answer.body) <= MAX_ANSWER_BYTES else b""
    return {"answer": kept, "answer_digest": sha256(kept).hexdigest()}


def answer_from_row(row: Row) -> KeptAnswer | None:
    """The inverse of `answer_to_attributes`, None for an answer that was too large. Raises `Corrupt`."""
    kept = row.get("answer")
    if not isinstance(kept, bytes) or sha256(kept).hexdigest() != text(row, "answer_digest"):
        raise Corrupt
    if not kept:
        return None
    head, _, body = kept.partition(b"\n")
    status, headers = json.loads(head)
    return KeptAnswer(status, tuple((name, value) for name, value in headers), body)
