"""Object-created events of Amazon S3, through EventBridge and SQS."""

from datetime import timedelta

import pytest
from aws_lambda_powertools.utilities.batch import EventType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from tests.entrypoints.lambda_.conftest import Context
from tests.entrypoints.lambda_.object_events import record, stored

from demobackend.domain.model.caller import Caller
from demobackend.domain.model.change import Change, ChangeKind
from demobackend.domain.model.errors import Unavailable
from demobackend.domain.model.file import FileStatus
from demobackend.domain.model.names import FileName, MediaType
from demobackend.domain.use_cases.files.create_file import NewFile
from demobackend.testing.people import caller, put_bytes
from demobackend.testing.samples import sample_upload
from demobackend.testing.world import World
from demobackend_lambda.batches import batch_handler
from demobackend_lambda.file_events import arrival

KEY = sample_upload().key


def test_a_stored_object_is_the_arrival_of_its_upload_s_bytes() -> None:
    change = Change(kind=ChangeKind.BYTES_ARRIVED, owner_id=KEY.owner_id, file_id=KEY.file_id, upload_id=KEY.upload_id)
    assert arrival(SQSRecord(record(stored(KEY.text)))) == change


@pytest.mark.parametrize(
    "key", ["", "logs/2026-01-01.gz", KEY.text.upper(), KEY.text + "/", KEY.text.replace("/", "%2F"), KEY.text.replace("-", "+")]
)
def test_an_object_under_another_key_is_nobody_s_upload(key: str) -> None:
    assert arrival(SQSRecord(record(stored(key)))) is None


@pytest.mark.parametrize("changes", [{"detail-type": "Object Deleted"}, {"source": "aws.events"}])
def test_another_event_is_ignored(changes: dict[str, object]) -> None:
    assert arrival(SQSRecord(record(stored(KEY.text, **changes)))) is None


def test_only_the_messages_that_failed_come_again(context: Context) -> None:
    handled: list[Change] = []

    def fails_at_first(change: Change) -> None:
        handled.append(change)
        if len(handled) == 1:
            raise Unavailable

    handler = batch_handler(EventType.SQS, arrival, fails_at_first)
    bodies = {"fails": stored(KEY.text), "no JSON": "{", "no event": "[]", "foreign": stored("logs/1"), "well": stored(KEY.text)}
    event: dict[str, object] = {"Records": [record(body, identifier) for identifier, body in bodies.items()]}
    failed = handler(event, context)["batchItemFailures"]
    assert [failure["itemIdentifier"] for failure in failed] == ["fails", "no JSON", "no event"]
    assert len(handled) == 2


def test_a_batch_that_fails_altogether_is_reported_message_by_message(context: Context) -> None:
    handler = batch_handler(EventType.SQS, arrival, lambda _: None)
    assert handler({"Records": [record("{", "a"), record("{", "b")]}, context) == {
        "batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "b"}]
    }


def test_an_arrival_completes_the_upload_that_nobody_completed(world: World, context: Context) -> None:
    who: Caller = caller(world)
    new = NewFile(name=FileName("a.txt"), size=5, media_type=MediaType("text/plain"))
    file, upload, _ = world.files.create(who, new)
    put_bytes(world.stores.gateway, upload.key, b"hello")
    world.clock.advance(timedelta(minutes=15))
    handler = batch_handler(EventType.SQS, arrival, world.events.handle_change)
    event: dict[str, object] = {"Records": [record(stored(upload.key.text)), record(stored(upload.key.text), "again")]}
    assert handler(event, context) == {"batchItemFailures": []}
    assert world.stores.catalog.get(who.user_id, file.id).status is FileStatus.AVAILABLE
