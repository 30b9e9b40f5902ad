"""Files' facts changed in Amazon DynamoDB, as the table's stream says. The stream carries both images of each row."""

from aws_lambda_powertools.utilities.batch import EventType
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from demobackend.adapters.dynamodb.stream_records import file_change
from demobackend.domain.model.change import Change
from demobackend.domain.use_cases.areas import Events
from demobackend_lambda.batches import BatchHandler, batch_handler, failures
from demobackend_lambda.first_use import events_handler


def change_of(record: DynamoDBRecord) -> Change | None:
    """The change that a record tells of, None when it is no file's. Raises `KeyError` or `ValueError` for what is no record."""
    return file_change(record.raw_event["dynamodb"])


def changes_handler(events: Events) -> BatchHandler:
    """Bring the search index up to each file that changed."""
    return batch_handler(EventType.DynamoDBStreams, change_of, events.handle_change)


handler = events_handler(changes_handler, failures)
