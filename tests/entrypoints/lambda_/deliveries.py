"""What Amazon SQS, Amazon DynamoDB Streams and their event source mappings do with events on their way to the handlers.

SQS: at least once, in any order; a message that failed comes again, and is a dead letter after five receives. A stream: in order for
each partition key, other keys in between; a batch comes again from its lowest failed record on, and what is left of it is given up
after ten more tries. Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", "Using Lambda with Amazon DynamoDB"
(reporting batch item failures, parallelization factor); infra/demobackend_infra/events.py and queues.py set the numbers.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any, cast

from tests.entrypoints.lambda_.conftest import Context

from demobackend.domain.model.errors import Unavailable
from demobackend.domain.model.ids import FileId, UserId
from demobackend.domain.model.search import IndexedFile
from demobackend.ports.search_index import SearchIndex
from demobackend_lambda.batches import BatchHandler

BATCH = 10
RECEIVES = 5
STREAM_TRIES = 11

type Record = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishaps:
    """How often something goes wrong, each from 0 to 1. `twice`: a batch comes again. `lost`: an event never comes. `held`: what could
    come now comes after later changes. `failing`: a call of catalogue or blob store fails. `tardy`: the index's client gives up, and the
    index carries the call out in the end. `mixed`: in any order that AWS allows."""

    twice: float = 0.0
    lost: float = 0.0
    held: float = 0.0
    failing: float = 0.0
    tardy: float = 0.0
    mixed: bool = False


@dataclass(slots=True, kw_only=True)
class Mapping:
    """An event source mapping: it hands records over in batches, looks at which of them failed, and knows when to give up."""

    handler: BatchHandler
    name_of: Callable[[Record], str]
    dead: list[Record] = field(default_factory=list)
    invocations: int = 0

    def failed(self, batch: list[Record]) -> set[str]:
        """Hand a batch over, and return the identifiers that it answers with."""
        self.invocations += 1
        answer = self.handler({"Records": batch}, Context())
        names = {str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]}
        assert names <= {self.name_of(record) for record in batch}  # AWS takes an unknown one for the failure of the whole batch
        return names

    def from_stream(self, batch: list[Record]) -> None:
        """Until it succeeds or is given up; what comes before the lowest failure is not tried again."""
        for _ in range(STREAM_TRIES):
            failed = self.failed(batch)
            if not failed:
                return
            first = min(int(name) for name in failed)
            batch = [record for record in batch if int(self.name_of(record)) >= first]
        self.dead += batch

    def from_queue(self, batch: list[Record]) -> None:
        """Only what failed comes again."""
        for _ in range(RECEIVES):
            failed = self.failed(batch)
            batch = [record for record in batch if self.name_of(record) in failed]
            if not batch:
                return
        self.dead += batch


class Delivery:
    """What happens between the stores and the handlers."""

    def __init__(self, *, changes: Mapping, arrivals: Mapping, mishaps: Mishaps, random: Random) -> None:
        self.changes = changes
        self.arrivals = arrivals
        self.mishaps = mishaps
        self._random = random
        self._lanes: defaultdict[str, list[Record]] = defaultdict(list)

    def stream(self, records: Iterable[Record]) -> None:
        """Take records of the stream; nothing is handed over yet."""
        for record in records:
            self._lanes[partition_of(record) if self.mishaps.mixed else ""].append(record)

    def pass_on(self, *, all_of_it: bool = True) -> None:
        """Hand over what the stream holds; some of it, when it may be held."""
        while waiting := [lane for lane, records in self._lanes.items() if records]:
            if not all_of_it and self._happens(self.mishaps.held):
                return
            lane = self._lanes[self._random.choice(waiting)]
            size = self._random.randint(1, BATCH)
            batch, lane[:size] = lane[:size], []
            self._hand_over(self.changes.from_stream, batch)

    def pass_on_arrivals(self, messages: list[Record]) -> None:
        """Hand over messages of the queue."""
        waiting = self._random.sample(messages, len(messages)) if self.mishaps.mixed else messages
        for start in range(0, len(waiting), BATCH):
            self._hand_over(self.arrivals.from_queue, waiting[start : start + BATCH])

    def _hand_over(self, give: Callable[[list[Record]], None], batch: list[Record]) -> None:
        left = [record for record in batch if not self._happens(self.mishaps.lost)]
        for _ in range(2 if self._happens(self.mishaps.twice) else 1):
            if left:
                give(left)

    def _happens(self, share: float) -> bool:
        return share > 0 and self._random.random() < share


class TardyIndex:
    """An index whose client gives up now and then: what it asked for is carried out all the same, but later."""

    def __init__(self, index: SearchIndex, gives_up: Callable[[], bool]) -> None:
        self._index = index
        self._gives_up = gives_up
        self._under_way: list[Callable[[], None]] = []

    def put(self, file: IndexedFile) -> None:
        self._carry_out(lambda: self._index.put(file))

    def remove(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        self._carry_out(lambda: self._index.remove(owner_id, file_id, revision=revision))

    def __getattr__(self, name: str) -> object:
        return getattr(self._index, name)

    def catch_up(self) -> None:
        """Carry out what is still under way, the newest first."""
        while self._under_way:
            self._under_way.pop()()

    def _carry_out(self, act: Callable[[], None]) -> None:
        if self._gives_up():
            self._under_way.append(act)
            raise Unavailable
        act()


def partition_of(record: Record) -> str:
    """The partition key of the row that a record of the stream is about."""
    return str(_dynamodb(record)["Keys"]["PK"]["S"])


def sequence_number(record: Record) -> str:
    """What names a record of a stream."""
    return str(_dynamodb(record)["SequenceNumber"])


def message_id(record: Record) -> str:
    """What names a message of a queue."""
    return str(record["messageId"])


def _dynamodb(record: Record) -> dict[str, Any]:
    return cast("dict[str, Any]", record["dynamodb"])
