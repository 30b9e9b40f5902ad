"""Records of the table's stream (Amazon DynamoDB Streams)."""

import logging

import pytest
from aws_lambda_powertools.utilities.batch import EventType
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from tests.entrypoints.lambda_.conftest import Context

from demobackend.domain.model.change import Change, ChangeKind
from demobackend.domain.model.errors import Unavailable
from demobackend.testing.people import add_file, caller
from demobackend.testing.samples import OWNER, sample_upload
from demobackend.testing.world import World
from demobackend_lambda.batches import batch_handler
from demobackend_lambda.change_events import change_of

FILE = sample_upload().file_id


def record(
    before: int | None, after: int | None, *, owner: str = f"U#{OWNER}", row: str = f"F#{FILE}", sequence: str = "100"
) -> dict[str, object]:
    """The stream's record of a row whose revision went from `before` to `after`; None where there was no row."""
    keys = {"PK": {"S": owner}, "SK": {"S": row}}

    def image(revision: int) -> dict[str, object]:
        return {**keys, "v": {"N": "1"}, "name": {"S": "a.txt"}, "tags": {"L": []}, "revision": {"N": str(revision)}}

    old = {} if before is None else {"OldImage": image(before)}
    new = {} if after is None else {"NewImage": image(after)}
    return {
        "eventID": "c4ca4238a0b923820dcc509a6f75849b",
        "eventName": "INSERT" if before is None else "REMOVE" if after is None else "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1767268800,
            "Keys": keys,
            **new,
            **old,
            "SequenceNumber": sequence,
            "SizeBytes": 59,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:eu-central-1:000000000000:table/demobackend/stream/2026-01-01T00:00:00.000",
    }


@pytest.mark.parametrize(("before", "after", "revision"), [(None, 1, 1), (1, 2, 2), (41, 43, 43), (7, None, 8)])
def test_a_file_s_row_that_changed_is_a_change_at_its_new_revision(before: int | None, after: int | None, revision: int) -> None:
    change = change_of(DynamoDBRecord(record(before, after)))
    assert change == Change(kind=ChangeKind.FILE_CHANGED, owner_id=OWNER, file_id=FILE, revision=revision)


def test_marking_a_file_as_indexed_is_no_change() -> None:
    assert change_of(DynamoDBRecord(record(3, 3))) is None


@pytest.mark.parametrize(
    ("owner", "row"),
    [(f"U#{OWNER}", "USAGE"), (f"F#{FILE}", f"P#{FILE}"), (f"U#{OWNER}", f"G#{FILE}"), (f"E#{OWNER}", f"F#{FILE}"), ("U#", "F#")],
)
def test_another_row_is_no_change_of_a_file(owner: str, row: str) -> None:
    assert change_of(DynamoDBRecord(record(1, 2, owner=owner, row=row))) is None


def test_a_stream_without_images_is_reported_rather_than_passed_over(context: Context) -> None:
    handler = batch_handler(EventType.DynamoDBStreams, change_of, lambda _: None)
    assert handler({"Records": [record(None, None)]}, context) == {"batchItemFailures": [{"itemIdentifier": "100"}]}


def test_the_first_failure_named_is_the_lowest_sequence_number_that_failed(context: Context) -> None:
    def fails_for_even(change: Change) -> None:
        if change.revision % 2 == 0:
            raise Unavailable

    handler = batch_handler(EventType.DynamoDBStreams, change_of, fails_for_even)
    records = [record(revision, revision + 1, sequence=str(100 + revision)) for revision in range(1, 6)]
    failed = handler({"Records": records}, context)["batchItemFailures"]
    assert [failure["itemIdentifier"] for failure in failed] == ["101", "103", "105"]


def test_a_changed_row_brings_the_index_up_to_the_catalogue(world: World, context: Context) -> None:
    who = caller(world)
    file = add_file(world, who, b"seventeen herons")
    handler = batch_handler(EventType.DynamoDBStreams, change_of, world.events.handle_change)
    changed = record(file.revision - 1, file.revision, owner=f"U#{file.owner_id}", row=f"F#{file.id}")
    assert handler({"Records": [changed, changed]}, context) == {"batchItemFailures": []}
    assert world.stores.catalog.get(who.user_id, file.id).searchable


def test_why_a_text_cannot_be_read_is_logged_with_its_file(world: World, context: Context, caplog: pytest.LogCaptureFixture) -> None:
    file = add_file(world, caller(world), b"{herons", name="broken.json", media_type="application/json")
    handler = batch_handler(EventType.DynamoDBStreams, change_of, world.events.handle_change)
    with caplog.at_level(logging.WARNING, "demobackend.lambda"):
        handler({"Records": [record(file.revision - 1, file.revision, owner=f"U#{file.owner_id}", row=f"F#{file.id}")]}, context)
    (told,) = caplog.records
    assert (told.getMessage(), vars(told)["file_id"], vars(told)["reason"]) == ("the text of a file cannot be read", file.id, "broken")
