"""Idempotency keys in SQLite."""

import json
from datetime import datetime, timedelta
from typing import NamedTuple

import apsw

from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.moments import to_ms
from demobackend.adapters.sqlite.statements import changed, select
from demobackend.domain.model.errors import IdempotencyMismatch, RequestInProgress
from demobackend.domain.model.idempotency import KeptAnswer, KeyedRequest


class AnswerRow(NamedTuple):
    """What `idempotency_keys` holds of an answer."""

    status: int
    headers: str
    body: bytes


class _ClaimRow(NamedTuple):
    digest: str
    leased_until: int
    status: int | None
    headers: str | None
    body: bytes | None


_FORGET = "DELETE FROM idempotency_keys WHERE kept_until <= ?"
_GET = select(_ClaimRow, "FROM idempotency_keys WHERE caller = ? AND operation = ? AND key = ?")
_CLAIM = "REPLACE INTO idempotency_keys (caller, operation, key, digest, leased_until, kept_until) VALUES (?, ?, ?, ?, ?, ?)"
_FINISH = """
    UPDATE idempotency_keys SET status = ?, headers = ?, body = ?
    WHERE caller = ? AND operation = ? AND key = ? AND digest = ?"""
_RELEASE = "DELETE FROM idempotency_keys WHERE caller = ? AND operation = ? AND key = ? AND digest = ? AND status IS NULL"


class SqliteIdempotencyStore:
    """Claims by caller, operation and key, and the answers to repeat; an `IdempotencyStore`. Each claim forgets those that are over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, request: KeyedRequest, *, at: datetime, lease: timedelta, kept: timedelta) -> KeptAnswer | None:
        """Claim the key and return None, or return the answer to repeat.

        Raises `IdempotencyMismatch`, `RequestInProgress`, `Unavailable`.
        """
        return self._database.write(lambda connection: _begin(connection, request, at=at, lease=lease, kept=kept))

    def finish(self, request: KeyedRequest, answer: KeptAnswer) -> None:
        """Keep the answer and end the lease. Raises `Unavailable`."""
        bindings = (*answer_to_row(answer), *_key(request), request.digest)
        self._database.write(lambda connection: changed(connection, _FINISH, bindings))

    def release(self, request: KeyedRequest) -> None:
        """Forget a claim that led to no answer worth keeping. Raises `Unavailable`."""
        bindings = (*_key(request), request.digest)
        self._database.write(lambda connection: changed(connection, _RELEASE, bindings))


def answer_to_row(answer: KeptAnswer) -> AnswerRow:
    """Headers as a JSON array of pairs."""
    return AnswerRow(answer.status, json.dumps(answer.headers), answer.body)


def answer_from_row(row: AnswerRow) -> KeptAnswer:
    """The inverse of `answer_to_row`."""
    return KeptAnswer(row.status, tuple((name, value) for name, value in json.loads(row.headers)), row.body)


def _begin(connection: apsw.Connection, request: KeyedRequest, *, at: datetime, lease: timedelta, kept: timedelta) -> KeptAnswer | None:
    connection.execute(_FORGET, (to_ms(at),))
    held = connection.execute(_GET, _key(request)).fetchone()
    if held is not None:
        claim = _ClaimRow._make(held)
        if claim.digest != request.digest:
            raise IdempotencyMismatch
        if claim.status is not None and claim.headers is not None and claim.body is not None:
            return answer_from_row(AnswerRow(claim.status, claim.headers, claim.body))
        if to_ms(at) < claim.leased_until:
            raise RequestInProgress
    connection.execute(_CLAIM, (*_key(request), request.digest, to_ms(at + lease), to_ms(at + kept)))
    return None


def _key(request: KeyedRequest) -> tuple[str, str, str]:
    return (request.caller, request.operation, request.key)
