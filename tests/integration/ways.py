"""One history of a person's files on real servers, long enough ago for the schedule, and ways in which its events may be delivered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import batched
from typing import Any, cast

from tests.integration.cloud import Cloud

from demobackend.adapters.dynamodb.file_catalog import DynamoDbFileCatalog
from demobackend.adapters.dynamodb.table import Table
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.opensearch.client import opensearch_client
from demobackend.adapters.s3.blob_store import S3BlobStore
from demobackend.adapters.system.ids import SystemIds
from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.caller import Caller
from demobackend.domain.model.ids import SessionId, UserId
from demobackend.domain.model.names import FileName, MediaType
from demobackend.domain.model.revision import ANY
from demobackend.domain.model.upload import Upload
from demobackend.domain.model.usage import Plan, Usage
from demobackend.domain.use_cases.files.abort_upload import AbortUpload
from demobackend.domain.use_cases.files.change_files import FileEdit, RestoreFile, TrashFile, UpdateFile
from demobackend.domain.use_cases.files.complete_upload import CompleteUpload
from demobackend.domain.use_cases.files.create_file import CreateFile, NewFile

LONG_AGO = timedelta(days=40)
SINCE = timedelta(days=30)  # what is trashed after that is kept in the trash
TEXT = b"seventeen herons"

_FACTS = ("status", "revision", "version", "size", "indexed_revision", "text_status")
_HELD = ("revision", "version", "text_status", "text_head")

type Records = list[dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How events come: each as it happens or all in the end, and what becomes of them on the way."""

    at_once: bool = False
    changes: Callable[[Records], Records] = list
    arrivals: Callable[[list[str]], list[str]] = list


WAYS = {
    "once and in order": Way(at_once=True),
    "twice": Way(at_once=True, changes=lambda records: [*records, *records], arrivals=lambda keys: [*keys, *keys]),
    "late": Way(),
    "late and backwards": Way(changes=lambda records: records[::-1], arrivals=lambda keys: keys[::-1]),
    "every other one": Way(changes=lambda records: records[::2], arrivals=lambda keys: keys[::2]),
    "not at all": Way(changes=lambda _: [], arrivals=lambda _: []),
}


@dataclass(frozen=True, slots=True)
class State:
    """What is there of one person's: rows and what the index holds by the file's name, how many objects, and usage."""

    rows: dict[str, tuple[object, ...]]
    objects: int
    index: dict[str, tuple[object, ...]]
    usage: Usage


@dataclass(slots=True)
class Past:
    """What a person did with their files, as it was then, and the events of it."""

    cloud: Cloud
    way: Way
    owner: UserId = field(default_factory=lambda: UserId(SystemIds(ManualClock(datetime.now(UTC) - 2 * LONG_AGO)).new()))
    _arrived: list[str] = field(default_factory=list)
    _clock: ManualClock = field(default_factory=lambda: ManualClock(datetime.now(UTC) - LONG_AGO))

    def live(self) -> None:
        """The history, and the delivery of its events."""
        renamed, purged, forgotten, _never, aborted, trashed, restored = (self._create(name) for name in "abcdefg")
        for upload in (renamed, purged, forgotten, trashed, restored):
            self._put(upload)
        for upload in (renamed, purged, trashed, restored):
            self._act(partial(self._complete, upload))
        self._act(lambda: AbortUpload(self._catalog, self._blobs, self._clock)(self._caller, aborted.file_id, aborted.id))
        self._put(aborted)  # its signature lives on
        self._act(lambda: self._rename(renamed, "renamed"))
        for upload in (purged, restored):
            self._act(partial(self._trash, upload))
        self._clock.advance(SINCE)
        self._pass_on_arrivals()
        self._act(lambda: self._trash(trashed))
        self._act(lambda: RestoreFile(self._catalog, self._clock)(self._caller, restored.file_id))
        self._act(lambda: self._rename(forgotten, "remembered"))
        self.pass_on()

    def pass_on(self) -> None:
        """Hand over what the stream holds, and what handling it leaves there."""
        while records := self._taken():
            for batch in batched(self.way.changes(records), 10):
                assert self.cloud.invoke("change_events", {"Records": list(batch)}) == {"batchItemFailures": []}

    def state(self) -> State:
        """All that is there, by what is the same for each person."""
        table = self.cloud.servers.dynamodb.client("dynamodb")
        rows = table.query(
            TableName=self.cloud.table,
            ConsistentRead=True,
            KeyConditionExpression="PK = :owner AND begins_with(SK, :file)",
            ExpressionAttributeValues={":owner": {"S": f"U#{self.owner}"}, ":file": {"S": "F#"}},
        )["Items"]
        index = opensearch_client(self.cloud.servers.opensearch.url, region=None)
        index.indices.refresh(index=self.cloud.alias)
        wanted = {"bool": {"filter": [{"term": {"owner_id": self.owner}}, {"term": {"removed": False}}]}}
        found = index.search(index=self.cloud.alias, body={"query": wanted, "size": 100})["hits"]["hits"]
        return State(
            rows={row["name"]["S"]: tuple(row.get(fact) for fact in _FACTS) for row in rows},
            objects=len(list(self._objects())),
            index={hit["_source"]["name"]: tuple(hit["_source"][fact] for fact in _HELD) for hit in found},
            usage=self._catalog.usage(self.owner),
        )

    @property
    def _caller(self) -> Caller:
        return Caller(self.owner, SessionId("none"))

    @property
    def _catalog(self) -> DynamoDbFileCatalog:
        return DynamoDbFileCatalog(Table(self.cloud.servers.dynamodb.client("dynamodb"), self.cloud.table))

    @property
    def _blobs(self) -> S3BlobStore:
        return S3BlobStore(self.cloud.servers.s3.client("s3"), self.cloud.bucket, self._clock)

    def _act(self, act: Callable[[], object]) -> None:
        self._clock.advance(timedelta(seconds=1))
        act()
        if self.way.at_once:
            self.pass_on()

    def _create(self, name: str) -> Upload:
        create = CreateFile(self._catalog, self._blobs, SystemIds(self._clock), self._clock, Plan())
        new = NewFile(name=FileName(f"{name}.txt"), size=len(TEXT), media_type=MediaType("text/plain"))
        return create(self._caller, new)[1]

    def _put(self, upload: Upload) -> None:
        """The bytes come; versitygw tells nobody, so the event is noted here."""
        self.cloud.store(upload.key.text, TEXT, at=self._clock.now())
        self._arrived.append(upload.key.text)

    def _complete(self, upload: Upload) -> None:
        CompleteUpload(self._catalog, self._blobs, self._clock)(self._caller, upload.file_id, upload.id)

    def _rename(self, upload: Upload, name: str) -> None:
        UpdateFile(self._catalog, self._clock)(self._caller, upload.file_id, FileEdit(name=FileName(f"{name}.txt")), ANY)

    def _trash(self, upload: Upload) -> None:
        TrashFile(self._catalog, self._clock)(self._caller, upload.file_id, ANY)

    def _pass_on_arrivals(self) -> None:
        for key in self.way.arrivals(self._arrived):
            assert self.cloud.bytes_arrived(key) == {"batchItemFailures": []}

    def _taken(self) -> Records:
        """What the stream holds of this person's files; the rest is what the event source mapping filters out."""
        partition, found = {"S": f"U#{self.owner}"}, [record for batch in self.cloud.changes() for record in batch]
        keys = [cast("dict[str, Any]", record["dynamodb"])["Keys"] for record in found]
        return [record for record, key in zip(found, keys, strict=True) if key["PK"] == partition and str(key["SK"]["S"]).startswith("F#")]

    def _objects(self) -> Iterator[BlobKey]:
        return (key for key in self._blobs.keys_stored_before(datetime.now(UTC)) if key.owner_id == self.owner)
