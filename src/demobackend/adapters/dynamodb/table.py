"""The table: reads that see every write before them, conditional writes and transactions that lose and double nothing."""

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import batched
from typing import TYPE_CHECKING, NamedTuple, cast
from zlib import crc32

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from demobackend.adapters.botocore_errors import code_of, in_domain_words
from demobackend.adapters.dynamodb.actions import (
    Condition,
    Delete,
    Put,
    Question,
    Update,
    delete_parameters,
    key_parameter,
    put_parameters,
    query_parameters,
    scan_parameters,
    transaction_parameters,
    update_parameters,
)
from demobackend.adapters.dynamodb.attributes import Row, from_attributes, to_attributes
from demobackend.adapters.dynamodb.schema import Key
from demobackend.domain.model.errors import Corrupt, Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, QueryOutputTypeDef, ScanOutputTypeDef

_LOG = logging.getLogger("demobackend.aws")
_ATTEMPTS = 8
_FIRST_PAUSE = 0.05  # seconds, doubling: seven pauses of 2.4 s in all on average, so that 50 callers at one row all get their turn
_LONGEST_PAUSE = 1.6  # seconds
_MOST_KEYS = 100  # of one BatchGetItem
_CONTENTION_EXCEPTIONS = frozenset({"TransactionConflictException", "ReplicatedWriteConflictException"})
_CONTENTION = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_FAILED = "ConditionalCheckFailed"
_PARTITION_FULL = "ItemCollectionSizeLimitExceeded"


class ConditionFailed(Exception):
    """A write's condition was not met; `row` is what stands there, None where nothing does. It never leaves the adapters."""

    def __init__(self, row: Row | None) -> None:
        self.row = row
        super().__init__()


class Reason(NamedTuple):
    """Why one action cancelled its transaction: a code such as `ConditionalCheckFailed`, or `None` in quotes when it did not."""

    code: str
    row: Row | None

    @property
    def failed(self) -> bool:
        """Whether its condition was not met; then `row` is what stands there."""
        return self.code == _FAILED


class Cancelled(Exception):
    """A transaction changed nothing; one reason for each of its actions, in their order. It never leaves the adapters."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        self.reasons = reasons
        super().__init__()


class PartitionFull(Unavailable):
    """The rows under one partition key would take up more than 10 GB with their copies in the local index. Nothing was changed."""


class _Contended(Exception):
    """Another transaction or too much traffic was in the way. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class QueryPage:
    """Rows, and the key that the next page begins after; None at the end. A page may be empty and not be the last."""

    rows: tuple[Row, ...]
    last: Row | None


class Table:
    """One table. Every method raises `Unavailable` when DynamoDB does not answer, refuses for a reason of its own, or is contended
    for longer than a caller should wait; then a write may or may not have happened.

    The client tries again by itself where an answer failed to come. What it does not try again is done here: writes that were in
    each other's way. `random` returns so many random bytes.
    Source: Amazon DynamoDB Developer Guide, "Managing complex workflows with transactions", "Error handling".
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        name: str,
        *,
        pause: Callable[[float], None] = time.sleep,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._client = client
        self._name = name
        self._pause = pause
        self._random = random
        client.meta.events.register("after-call.dynamodb", _refuse_what_was_garbled, unique_id="demobackend-crc32")

    def get(self, key: Key) -> Row | None:
        """Return a row as it is now, None where there is none. Raises `Unavailable`."""
        with in_domain_words():
            answer = self._client.get_item(TableName=self._name, Key=key_parameter(key), ConsistentRead=True)
        return _row(answer.get("Item"))

    def get_many(self, keys: Iterable[Key]) -> list[Row]:
        """Return those of the rows that there are, as they are now, in any order. Raises `Unavailable`."""
        return [row for some in batched(dict.fromkeys(keys), _MOST_KEYS) for row in self._get_batch(some)]

    def write(self, action: Put | Update | Delete) -> None:
        """Make one change. Raises `ConditionFailed`, `Unavailable`.

        When the answer to a first try is lost, the second one meets the row as the first one left it, and its condition may then
        fail: write what that matters for with `write_once`.
        """
        self._patiently(lambda: self._write(action))

    def write_once(self, action: Put | Update) -> None:
        """Make one change and know it again: a condition that fails only because the change is made already is met.

        The row's attribute `write` tells whose change was the last one. Raises `ConditionFailed`, `Unavailable`.
        """
        stamp = self._random(16).hex()
        try:
            self.write(_stamped(action, stamp))
        except ConditionFailed as refusal:
            if refusal.row is None or refusal.row.get("write") != stamp:
                raise

    def transact(self, *actions: Put | Update | Delete) -> None:
        """Make all changes or none; up to 100, of different rows. Raises `Cancelled`, `Unavailable`.

        Each try has a token of its own, which the client keeps when it asks again for a lost answer; DynamoDB makes the changes of
        one token once within ten minutes. The next try comes only after the one before was cancelled.
        """
        self._patiently(lambda: self._transact(actions))

    def query(self, question: Question, *, limit: int, after: Row | None = None) -> QueryPage:
        """Look at up to `limit` rows, or 1 MB of them, and return those that the question wants. Raises `Unavailable`.

        `after` is a page's `last`, or any key that could be one: it need not exist.
        """
        parameters = query_parameters(self._name, question, limit=limit)
        if after is not None:
            parameters["ExclusiveStartKey"] = to_attributes(after)
        with in_domain_words():
            answer = self._client.query(**parameters)
        return _page(answer)

    def scan(self, where: Condition, *, after: Row | None = None) -> QueryPage:
        """Look at 1 MB of the whole table's rows as they are now, and return those wanted. Raises `Unavailable`.

        A walk sees all that was written before it began. A condition may name any attribute, keys too.
        Source: API reference, Scan ("ConsistentRead").
        """
        parameters = scan_parameters(self._name, where)
        if after is not None:
            parameters["ExclusiveStartKey"] = to_attributes(after)
        with in_domain_words():
            answer = self._client.scan(**parameters)
        return _page(answer)

    def _get_batch(self, keys: Iterable[Key]) -> list[Row]:
        left = [key_parameter(key) for key in keys]
        rows: list[Row] = []

        def ask() -> None:
            nonlocal left
            with in_domain_words():
                answer = self._client.batch_get_item(RequestItems={self._name: {"Keys": left, "ConsistentRead": True}})
            with _whole():
                rows.extend(from_attributes(each) for each in answer["Responses"].get(self._name, []))
                left = [*answer["UnprocessedKeys"].get(self._name, {"Keys": []})["Keys"]]
            if left:  # too much traffic, or more than 16 MB
                raise _Contended

        self._patiently(ask)
        return rows

    def _write(self, action: Put | Update | Delete) -> None:
        with in_domain_words({f"{_PARTITION_FULL}Exception": PartitionFull}):
            try:
                match action:
                    case Put():
                        self._client.put_item(**put_parameters(self._name, action))
                    case Update():
                        self._client.update_item(**update_parameters(self._name, action))
                    case Delete():
                        self._client.delete_item(**delete_parameters(self._name, action))
            except ClientError as error:
                if code_of(error) == "ConditionalCheckFailedException":
                    raise ConditionFailed(_row(error.response.get("Item"))) from None
                if code_of(error) in _CONTENTION_EXCEPTIONS:
                    raise _Contended from error
                raise

    def _transact(self, actions: tuple[Put | Update | Delete, ...]) -> None:
        changes = [transaction_parameters(self._name, action) for action in actions]
        with in_domain_words():
            try:
                self._client.transact_write_items(TransactItems=changes, ClientRequestToken=self._random(16).hex())
            except ClientError as error:
                if code_of(error) == "TransactionCanceledException":
                    raise _cancellation(error) from error
                raise

    def _patiently(self, attempt: Callable[[], None]) -> None:
        """Try again, after a random pause, while something is in the way. Raises `Unavailable`."""
        longest = _FIRST_PAUSE
        for _ in range(_ATTEMPTS - 1):
            try:
                return attempt()
            except _Contended:
                self._pause(longest * int.from_bytes(self._random(4)) / 2**32)
                longest = min(2 * longest, _LONGEST_PAUSE)
        try:
            return attempt()
        except _Contended as error:
            _LOG.warning("contended", extra={"attempts": _ATTEMPTS})
            raise Unavailable from error


def _stamped(action: Put | Update, stamp: str) -> Put | Update:
    if isinstance(action, Put):
        return replace(action, row={**action.row, "write": stamp})
    return replace(action, values={**action.values, "write": stamp})


def _cancellation(error: ClientError) -> Exception:
    """What a cancelled transaction means. A condition that was not met is an answer, also where another action was in the way."""
    given = error.response.get("CancellationReasons", [])
    reasons = tuple(Reason(reason.get("Code", "None"), _row(reason.get("Item"))) for reason in given)
    codes = {reason.code for reason in reasons} - {"None"}
    if _FAILED in codes:
        return Cancelled(reasons)
    if codes <= _CONTENTION:
        return _Contended()
    if _PARTITION_FULL in codes:
        return PartitionFull()
    _LOG.error("refused", extra={"code": " ".join(sorted(codes)), "call": error.operation_name})
    return Unavailable()


def _page(answer: "QueryOutputTypeDef | ScanOutputTypeDef") -> QueryPage:
    with _whole():
        return QueryPage(tuple(from_attributes(each) for each in answer["Items"]), _row(answer.get("LastEvaluatedKey")))


def _row(attributes: object) -> Row | None:
    # The published types tell nothing of what an error carries; whatever it is, `from_attributes` looks at each value.
    return from_attributes(cast("dict[str, AttributeValueTypeDef]", attributes)) if attributes else None


def _refuse_what_was_garbled(http_response: AWSResponse, parsed: Mapping[str, object], **_: object) -> None:
    """Raises `Unavailable`. The client asks again for an answer whose check sum is wrong, yet in the end hands out what it got;
    and what is no JSON at all, it hands out as an answer with nothing in it."""
    told, body = http_response.headers.get("x-amz-crc32"), http_response.content
    holds_nothing = http_response.status_code == 200 and parsed.keys() <= {"ResponseMetadata"} and body.strip() != b"{}"
    if holds_nothing or (told is not None and told != str(crc32(body))):
        _LOG.warning("garbled")
        raise Unavailable


@contextmanager
def _whole() -> Iterator[None]:
    """Raises `Corrupt` for an answer that lacks a part."""
    try:
        yield
    except KeyError as error:
        raise Corrupt from error
