"""Bytes arrived in Amazon S3, as EventBridge says through an SQS queue.

The queue holds each message back for 15 minutes, as long as an upload's signature lives: until then the client decides, by
completing or aborting. Objects under keys that are not ours are nobody's upload and no error.
"""

import json

from aws_lambda_powertools.utilities.batch import EventType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.change import Change, ChangeKind
from demobackend.domain.model.errors import NotFound
from demobackend.domain.use_cases.areas import Events
from demobackend_lambda.batches import BatchHandler, batch_handler, failures
from demobackend_lambda.first_use import events_handler


def arrival(record: SQSRecord) -> Change | None:
    """The arrival that a message tells of, None when it is about something else.

    EventBridge gives keys as they are, unlike S3's own notifications, which percent-encode them; so nothing is decoded here, and
    a key with an escape in it is not ours. Raises `KeyError` or `ValueError` for what is no event: it ends in the dead letters.
    """
    event = json.loads(record.body)
    if (event["source"], event["detail-type"]) != ("aws.s3", "Object Created"):
        return None
    try:
        key = BlobKey.parse(event["detail"]["object"]["key"])
    except NotFound:
        return None
    return Change(kind=ChangeKind.BYTES_ARRIVED, owner_id=key.owner_id, file_id=key.file_id, upload_id=key.upload_id)


def arrivals_handler(events: Events) -> BatchHandler:
    """Have each upload confirmed whose bytes arrived."""
    return batch_handler(EventType.SQS, arrival, events.handle_change)


handler = events_handler(arrivals_handler, failures)
