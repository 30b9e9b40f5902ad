"""Files' facts changed in Amazon DynamoDB, as the table's stream says. The stream carries both images of each row."""

from collections.abc import Mapping

from aws_lambda_powertools.utilities.batch import EventType
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from demobackend.domain.model.change import Change, ChangeKind
from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.ids import FileId, UserId, known_form
from demobackend_lambda.batches import batch_handler
from demobackend_lambda.first_use import events_handler

type _Image = Mapping[str, Mapping[str, str]]  # attribute to type to value, as DynamoDB writes strings (S) and numbers (N)


def file_change(record: DynamoDBRecord) -> Change | None:
    """The change of a file's row (`U#<owner_id>`, `F#<file_id>`); None for other rows and for a revision that stays as it was.

    Marking a file as indexed leaves it so, and to index the file again for that would never end. A row that is removed counts one
    revision more than its last. Raises `KeyError` or `ValueError` for what is no stream record with its images.
    """
    stream = record.raw_event["dynamodb"]
    keys: _Image = stream["Keys"]
    try:
        owner, file = known_form(_after("U#", keys["PK"])), known_form(_after("F#", keys["SK"]))
    except NotFound:
        return None
    before, after = _revision(stream.get("OldImage")), _revision(stream.get("NewImage"))
    if not before and not after:
        raise KeyError("OldImage")
    if before == after:
        return None
    return Change(kind=ChangeKind.FILE_CHANGED, owner_id=UserId(owner), file_id=FileId(file), revision=after or before + 1)


def _after(prefix: str, key: Mapping[str, str]) -> str:
    """What follows the prefix; nothing, which is no identifier either, when another one stands there."""
    text = key["S"]
    return text[len(prefix) :] if text.startswith(prefix) else ""


def _revision(image: _Image | None) -> int:
    """The row's revision; they count from 1, so 0 says that there was no row."""
    return int(image["revision"]["N"]) if image else 0


handler = events_handler(lambda events: batch_handler(EventType.DynamoDBStreams, file_change, events.handle_change))
