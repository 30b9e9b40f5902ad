"""What people do with their files, with the events that it causes, and what is there in the end."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random
from typing import cast

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from tests.entrypoints.lambda_.conftest import Context
from tests.entrypoints.lambda_.deliveries import Delivery, Mapping, Mishaps, Record, TardyIndex, message_id, sequence_number
from tests.entrypoints.lambda_.object_events import record, stored
from tests.entrypoints.lambda_.streamed import OpenIndex, StreamedCatalog

from demobackend.adapters.memory.change_feed import MemoryChangeFeed
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.caller import Caller
from demobackend.domain.model.errors import DomainError
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.ids import FileId, SessionId, UploadId
from demobackend.domain.model.names import FileName, MediaType
from demobackend.domain.model.revision import ANY
from demobackend.domain.model.search import IndexedFile
from demobackend.domain.model.upload import Upload, UploadStatus
from demobackend.domain.model.usage import Usage
from demobackend.domain.use_cases.files.change_files import FileEdit
from demobackend.domain.use_cases.files.create_file import UPLOAD_LIFE, NewFile
from demobackend.ports.search_index import SearchIndex
from demobackend.testing.faults import Fault, Faults, faulty
from demobackend.testing.people import put_bytes
from demobackend.testing.samples import DAY, NOON, OWNER, SECOND, STRANGER
from demobackend.testing.world import World, memory_stores
from demobackend_lambda.change_events import changes_handler
from demobackend_lambda.file_events import arrivals_handler
from demobackend_lambda.schedule import schedule_handler

PEOPLE = tuple(Caller(user, SessionId("none")) for user in (OWNER, STRANGER))
WORDS = ("seventeen", "herons", "by", "the", "weir")
AT_ONCE = ("put", "put", "put", "complete", "complete", "abort", "rename", "trash", "restore")
LATER = ("rename", "trash", "restore")
_SAME = NOON  # a file becomes available when its arrival is handled, and that moment differs


@dataclass(frozen=True, slots=True)
class Story:
    """What becomes of one file: within its upload's life, and after it."""

    owner: int
    at_once: tuple[str, ...]
    later: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """Several stories at a time; `seed` says how they are interleaved."""

    stories: tuple[Story, ...]
    seed: int


@dataclass(frozen=True, slots=True)
class State:
    """All that is there: rows, bytes, what the index holds, and usage."""

    files: dict[FileId, File]
    uploads: dict[UploadId, UploadStatus]
    blobs: dict[BlobKey, int]
    index: dict[FileId, IndexedFile]
    usage: tuple[Usage, ...]


def histories() -> SearchStrategy[History]:
    """Up to four files of two people."""
    anything = st.lists(st.sampled_from(AT_ONCE), max_size=6).map(tuple)
    completed = st.lists(st.sampled_from(LATER), max_size=4).map(lambda verbs: ("put", "complete", *verbs))
    story = st.builds(Story, st.integers(0, 1), anything | completed, st.lists(st.sampled_from(LATER), max_size=4).map(tuple))
    return st.builds(History, st.lists(story, min_size=1, max_size=4).map(tuple), st.integers(0, 2**16))


class Backend:
    """Stores in memory, people who use them, and the handlers behind queue, stream and schedule."""

    def __init__(self, mishaps: Mishaps, random: Random) -> None:
        self.clock = ManualClock()
        self.catalog = StreamedCatalog(MemoryChangeFeed(SequentialIds(self.clock)))
        self.index = OpenIndex()
        stores = replace(memory_stores(self.clock), catalog=self.catalog, index=self.index)
        self.people = World(stores, self.clock)
        self.handlers_fail = True
        self._random = random
        self._mishaps = mishaps
        self._tardy = TardyIndex(self.index, lambda: self._fails(mishaps.tardy))
        self.events = World(replace(stores, index=cast("SearchIndex", self._tardy)), self.clock, wrap=self._wrapped).events
        self.delivery = Delivery(
            changes=Mapping(handler=changes_handler(self.events), name_of=sequence_number),
            arrivals=Mapping(handler=arrivals_handler(self.events), name_of=message_id),
            mishaps=mishaps,
            random=random,
        )
        self._streamed = 0
        self._arrived: list[Record] = []

    def take_changes(self) -> None:
        """Have the stream take what the catalogue left since the last time."""
        self.delivery.stream(self.catalog.records[self._streamed :])
        self._streamed = len(self.catalog.records)

    def pass_on(self, *, all_of_it: bool = True) -> None:
        """Hand over changes until none is left, those that handling them causes included; or only some of them."""
        self.take_changes()
        self.delivery.pass_on(all_of_it=all_of_it)
        while all_of_it and self._streamed < len(self.catalog.records):
            self.take_changes()
            self.delivery.pass_on()
        if all_of_it:
            self._tardy.catch_up()

    def messages(self) -> list[Record]:
        """Take what the queue holds: messages that tell of bytes."""
        messages, self._arrived = self._arrived, []
        return messages

    def pass_on_arrivals(self) -> None:
        """Hand over what the queue holds."""
        self.delivery.pass_on_arrivals(self.messages())

    def put(self, upload: Upload, content: bytes) -> None:
        """Bring an upload's bytes, which S3 tells EventBridge, which tells the queue. Raises `AlreadyExists`."""
        put_bytes(self.people.stores.gateway, upload.key, content)
        self._arrived.append(record(stored(upload.key.text), f"message-{upload.key.text}"))

    def sweep(self) -> dict[str, int]:
        """One run of the schedule, at which nothing fails."""
        return schedule_handler(self.people.events)({}, Context())

    def state(self) -> State:
        """All that is there."""
        blobs = self.people.stores.blobs
        return State(
            files={file_id: replace(file, updated_at=_SAME) for file_id, file in self.catalog.files().items()},
            uploads={upload_id: upload.status for upload_id, upload in self.catalog.uploads().items()},
            blobs={key: blobs.head(key).size for key in blobs.keys_stored_before(self.clock.now() + DAY)},
            index=self.index.held(),
            usage=tuple(self.catalog.usage(person.user_id) for person in PEOPLE),
        )

    def _wrapped[P](self, port: P, name: str) -> P:
        faults = Faults(
            lambda _number, _name: self._random.choice((Fault.BEFORE, Fault.AFTER)) if self._fails(self._mishaps.failing) else None
        )
        return faulty(port, faults) if name in {"catalog", "blobs"} else port

    def _fails(self, share: float) -> bool:
        return self.handlers_fail and share > 0 and self._random.random() < share


@dataclass(slots=True)
class Run:
    """One history on one backend: the same acts at the same times, however the events are delivered."""

    history: History
    backend: Backend
    _uploads: list[Upload] = field(default_factory=list)

    def first_day(self) -> None:
        """The acts of an upload's life, the arrivals when it is over, and what people do after that."""
        self._uploads = [self._create(number, story) for number, story in enumerate(self.history.stories)]
        self._act(self.history.seed, [story.at_once for story in self.history.stories], lambda _file, _verb: True)
        self.backend.clock.advance(UPLOAD_LIFE)
        settled = {file.id for file in self.backend.catalog.files().values() if file.status is not FileStatus.PENDING}
        self.backend.pass_on_arrivals()
        # What an act does must not hang on whether an arrival was handled before it: that may be late, and people see that it is.
        self._act(
            self.history.seed + 1, [story.later for story in self.history.stories], lambda file, verb: verb == "rename" or file in settled
        )
        self.backend.pass_on()

    def two_days_later(self) -> dict[str, int]:
        """One run of the schedule; what it changes is handed on as it should be. Return what the schedule says."""
        self.backend.clock.advance(2 * DAY)
        swept = self.backend.sweep()
        kept, self.backend.delivery.mishaps = self.backend.delivery.mishaps, Mishaps()
        self.backend.handlers_fail = False
        self.backend.pass_on()
        self.backend.delivery.mishaps, self.backend.handlers_fail = kept, True
        return swept

    def a_month_later(self) -> None:
        """The trash is emptied by a run of the schedule; what it changes is handed on, or not."""
        self.backend.clock.advance(31 * DAY)
        self.backend.sweep()
        self.backend.pass_on()

    def _create(self, number: int, story: Story) -> Upload:
        new = NewFile(name=FileName(f"{number}.txt"), size=len(_content(number)), media_type=MediaType("text/plain"))
        return self.backend.people.files.create(PEOPLE[story.owner], new)[1]

    def _act(self, seed: int, verbs: list[tuple[str, ...]], may: Callable[[FileId, str], bool]) -> None:
        turns = [number for number, story in enumerate(verbs) for _ in story]
        Random(seed).shuffle(turns)
        waiting = [list(story) for story in verbs]
        for turn, number in enumerate(turns):
            self.backend.clock.advance(SECOND)
            verb = waiting[number].pop(0)
            if may(self._uploads[number].file_id, verb):
                with suppress(DomainError):  # a refusal is a part of the story
                    self._carry_out(verb, number, turn)
            self.backend.pass_on(all_of_it=False)

    def _carry_out(self, verb: str, number: int, turn: int) -> None:
        upload, files = self._uploads[number], self.backend.people.files
        person = PEOPLE[self.history.stories[number].owner]
        match verb:
            case "put":
                self.backend.put(upload, _content(number))
            case "complete":
                files.complete_upload(person, upload.file_id, upload.id)
            case "abort":
                files.abort_upload(person, upload.file_id, upload.id)
            case "rename":
                files.update(person, upload.file_id, FileEdit(name=FileName(f"{WORDS[turn % len(WORDS)]}-{turn}.txt")), ANY)
            case "trash":
                files.trash(person, upload.file_id, ANY)
            case "restore":
                files.restore(person, upload.file_id)


def _content(number: int) -> bytes:
    return " ".join(WORDS[: number % len(WORDS) + 1]).encode()
