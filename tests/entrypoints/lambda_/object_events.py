"""Object-created events of Amazon S3, as EventBridge puts them into a queue and the queue hands them over."""

import json


def stored(key: str, **changes: object) -> str:
    """What EventBridge puts into the queue when an object was stored."""
    event = {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "000000000000",
        "time": "2026-01-01T12:00:00Z",
        "region": "eu-central-1",
        "resources": ["arn:aws:s3:::files"],
        "detail": {
            "version": "0",
            "bucket": {"name": "files"},
            "object": {"key": key, "size": 5, "etag": "5d41402abc4b2a76b9719d911017c592", "sequencer": "00617F08299329D189"},
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "000000000000",
            "source-ip-address": "198.51.100.7",
            "reason": "PutObject",
        },
    }
    return json.dumps(event | changes)


def record(body: str, identifier: str = "059f36b4-87a3-44ab-83d2-661975830a7d") -> dict[str, object]:
    """The queue's record of a message."""
    return {
        "messageId": identifier,
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1767268800000",
            "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": "1767269700000",
        },
        "messageAttributes": {},
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:file-events",
        "awsRegion": "eu-central-1",
    }
