"""The file catalogue over a bad line, and the number of calls that each of its methods makes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from tests.adapters.dynamodb.wire import operation
from tests.servers.dynamodb_local import DynamoDbServer

from demobackend.adapters.botocore_clients import client_config
from demobackend.adapters.dynamodb.file_catalog import DynamoDbFileCatalog
from demobackend.adapters.dynamodb.probe import DynamoDbProbe
from demobackend.adapters.dynamodb.schema import create_table
from demobackend.adapters.dynamodb.table import Table
from demobackend.domain.model.errors import AlreadyExists, DomainError, NotFound, Unavailable, UploadCompleted, VersionConflict
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File, Indexing
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.upload import Upload
from demobackend.domain.model.usage import Plan, Usage
from demobackend.testing.contracts.file_catalog_case import add_available, add_purged, begin, tagged
from demobackend.testing.samples import DAY, MINUTE, NOON, OWNER, sample_file, sample_upload
from demobackend.testing.walks import EVERYTHING

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("dynamodb_local")]
ATTEMPTS = 3


class Loss(Enum):
    """What gets lost on the line."""

    REQUEST = "request"
    ANSWER = "answer"


class BadLine:
    """Counts what is sent over a client's line, and loses some of it."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._send = client._endpoint.http_session.send  # type: ignore[attr-defined]  # not public, yet the only way to send from here
        self.calls: list[str] = []
        self._losses: dict[int, Loss] = {}
        client.meta.events.register("before-send.dynamodb", self._transmit)

    def lose(self, loss: Loss, *, call: int, times: int = 1) -> None:
        """Lose this of the call of this number, from 1 from now on, and of so many after it."""
        self.calls.clear()
        self._losses = dict.fromkeys(range(call, call + times), loss)

    def _transmit(self, request: AWSPreparedRequest, **_: object) -> None:
        self.calls.append(operation(request))
        match self._losses.get(len(self.calls)):
            case Loss.REQUEST:
                raise ConnectTimeoutError(endpoint_url=request.url)
            case Loss.ANSWER:
                self._send(request)
                raise ReadTimeoutError(endpoint_url=request.url)


@dataclass(frozen=True, slots=True)
class Scene:
    """A catalogue at the end of a line, with a file in each state that a change starts from."""

    table: Table
    catalog: DynamoDbFileCatalog
    line: BadLine
    pending: tuple[File, Upload]
    available: File
    purged: File

    def state(self) -> list[object]:
        """Everything that can be seen of the owner's files."""
        files = self.catalog.get_many(OWNER, tuple(sample_upload(number).file_id for number in range(1, 5)))
        uploads = [self._upload_of(number) for number in range(1, 5)]
        return [files, uploads, self.catalog.usage(OWNER)]

    def _upload_of(self, number: int) -> Upload | None:
        upload = sample_upload(number)
        try:
            return self.catalog.get_upload(OWNER, upload.file_id, upload.id)[0]
        except NotFound:
            return None


type NewScene = Callable[[], Scene]


@pytest.fixture
def new_scene(dynamodb_local: DynamoDbServer) -> Iterator[NewScene]:
    """Each in a table of its own, at the end of a line of its own."""
    cleanup = ExitStack()

    def make() -> Scene:
        client: DynamoDBClient = dynamodb_local.session().client(
            "dynamodb", endpoint_url=dynamodb_local.endpoint, config=client_config(attempts=ATTEMPTS)
        )
        name = dynamodb_local.new_table_name()
        create_table(client, name)
        cleanup.callback(client.delete_table, TableName=name)
        table = Table(client, name)
        catalog = DynamoDbFileCatalog(table)
        pending, available, purged = begin(catalog, 1), add_available(catalog, 2), add_purged(catalog, 3)
        return Scene(table, catalog, BadLine(client), pending, available, purged)

    with cleanup:
        yield make


@pytest.fixture
def scene(new_scene: NewScene) -> Scene:
    return new_scene()


def begin_another(scene: Scene) -> None:
    upload = sample_upload(4)
    scene.catalog.begin(sample_file(upload), upload, Plan())


def finish(scene: Scene) -> None:
    file, upload = scene.pending
    scene.catalog.finish(file.arrived(sha256=None, at=NOON + MINUTE), upload.id, expected=1)


def abort(scene: Scene) -> None:
    file, upload = scene.pending
    scene.catalog.abort(OWNER, file.id, upload.id, at=NOON + MINUTE)


def rename(scene: Scene) -> None:
    scene.catalog.replace(tagged(scene.available, "x"), expected=scene.available.revision)


def remove(scene: Scene) -> None:
    scene.catalog.remove(scene.purged)


def note(scene: Scene) -> None:
    scene.catalog.mark_indexed(OWNER, scene.available.id, revision=2, text_status=TextStatus.INDEXED)


type Act = Callable[[Scene], object]

# Each change with its calls and with what a second one is told.
CHANGES: dict[str, tuple[Act, list[str], type[DomainError] | None]] = {
    "begin": (begin_another, ["TransactWriteItems"], AlreadyExists),
    "finish": (finish, ["TransactWriteItems"], UploadCompleted),
    "abort": (abort, ["GetItem", "TransactWriteItems"], None),
    "replace": (rename, ["UpdateItem"], VersionConflict),
    "remove": (remove, ["Query", "TransactWriteItems"], None),
    "mark_indexed": (note, ["UpdateItem"], None),
}
READS: dict[str, tuple[Act, list[str]]] = {
    "get": (lambda scene: scene.catalog.get(OWNER, scene.available.id), ["GetItem"]),
    "get_many": (lambda scene: scene.catalog.get_many(OWNER, tuple(sample_upload(n).file_id for n in range(100))), ["BatchGetItem"]),
    "get_upload": (lambda scene: scene.catalog.get_upload(OWNER, scene.pending[0].id, scene.pending[1].id), ["BatchGetItem"]),
    "usage": (lambda scene: scene.catalog.usage(OWNER), ["GetItem"]),
    "list_files": (lambda scene: scene.catalog.list_files(OWNER, EVERYTHING, FileOrder.NEWEST, limit=10, after=None), ["Query"]),
    "list_files by name": (lambda scene: scene.catalog.list_files(OWNER, EVERYTHING, FileOrder.NAME, limit=10, after=None), ["Query"]),
    "list_files, a filter": (
        lambda scene: scene.catalog.list_files(OWNER, FileFilter(tag="none"), FileOrder.OLDEST, limit=10, after=None),
        ["Query"],
    ),
    "open_uploads, none": (lambda scene: scene.catalog.open_uploads(expired_before=NOON, limit=100), ["Query"] * 4),
    "open_uploads": (lambda scene: scene.catalog.open_uploads(expired_before=NOON + DAY, limit=100), [*["Query"] * 4, "BatchGetItem"]),
    "discarded_files": (
        lambda scene: scene.catalog.discarded_files(trashed_before=NOON, limit=100),
        [*["Query"] * 4, "BatchGetItem", *["Query"] * 4],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_makes_these_calls_and_no_more(scene: Scene, name: str) -> None:
    act, calls, _ = CHANGES[name]
    act(scene)
    assert scene.line.calls == calls


@pytest.mark.parametrize("name", READS)
def test_a_read_makes_these_calls_and_no_more(scene: Scene, name: str) -> None:
    act, calls = READS[name]
    act(scene)
    assert scene.line.calls == calls


def test_an_aborted_upload_is_aborted_again_with_one_read(scene: Scene) -> None:
    abort(scene)
    scene.line.calls.clear()
    abort(scene)
    assert scene.line.calls == ["GetItem"]


def test_the_probe_makes_one_read(scene: Scene) -> None:
    DynamoDbProbe(scene.table).check()
    assert scene.line.calls == ["GetItem"]


@pytest.mark.parametrize("loss", Loss)
@pytest.mark.parametrize(("name", "call"), [(name, call) for name in CHANGES for call in range(1, len(CHANGES[name][1]) + 1)])
def test_a_change_whose_request_or_answer_is_lost_is_made_once(new_scene: NewScene, name: str, call: int, loss: Loss) -> None:
    act, calls, _ = CHANGES[name]
    quiet, bad = new_scene(), new_scene()
    act(quiet)
    bad.line.lose(loss, call=call)
    act(bad)
    assert len(bad.line.calls) == len(calls) + 1
    assert bad.state() == quiet.state()


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_whose_every_answer_is_lost_is_made_once_and_a_second_one_is_told_so(new_scene: NewScene, name: str) -> None:
    act, calls, second = CHANGES[name]
    quiet, bad = new_scene(), new_scene()
    act(quiet)
    bad.line.lose(Loss.ANSWER, call=len(calls), times=ATTEMPTS)
    with pytest.raises(Unavailable):
        act(bad)
    assert bad.state() == quiet.state()
    with nullcontext() if second is None else pytest.raises(second):
        act(bad)
    assert bad.state() == quiet.state()


def test_a_change_whose_every_request_is_lost_is_not_made(new_scene: NewScene) -> None:
    untouched, bad = new_scene(), new_scene()
    bad.line.lose(Loss.REQUEST, call=1, times=ATTEMPTS)
    with pytest.raises(Unavailable):
        finish(bad)
    assert bad.state() == untouched.state()


def test_a_change_by_somebody_who_read_the_file_before_it_was_indexed_keeps_what_is_indexed(scene: Scene) -> None:
    note(scene)
    rename(scene)
    assert scene.catalog.get(OWNER, scene.available.id).indexing == Indexing(2, TextStatus.INDEXED)


def test_a_replacement_of_another_size_leaves_size_and_usage_in_agreement(scene: Scene) -> None:
    before = scene.catalog.usage(OWNER)
    scene.catalog.replace(replace(tagged(scene.available, "x"), size=99), expected=scene.available.revision)
    assert scene.catalog.get(OWNER, scene.available.id).size == scene.available.size
    assert scene.catalog.usage(OWNER) == before


def test_a_file_finished_with_another_size_leaves_size_and_usage_in_agreement(scene: Scene) -> None:
    file, upload = scene.pending
    scene.catalog.finish(replace(file.arrived(sha256=None, at=NOON + MINUTE), size=99), upload.id, expected=1)
    assert scene.catalog.get(OWNER, file.id).size == file.size
    assert scene.catalog.usage(OWNER) == Usage(bytes_used=30, files_used=3)
