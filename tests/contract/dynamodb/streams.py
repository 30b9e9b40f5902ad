"""A table's stream, read from its beginning to its present end."""

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

from demobackend.adapters.dynamodb.actions import Put
from demobackend.adapters.dynamodb.stream_records import file_change
from demobackend.adapters.dynamodb.table import Table
from demobackend.domain.model.change import Change

if TYPE_CHECKING:
    from types_boto3_dynamodbstreams import DynamoDBStreamsClient
    from types_boto3_dynamodbstreams.type_defs import StreamRecordTypeDef

_MOST_READS = 1_000


class ChangeStream:
    """The changes of files that a table's stream tells of. The servers keep one shard, so what was written before comes before."""

    def __init__(self, table: Table, *, arn: str, streams: "DynamoDBStreamsClient") -> None:
        self._table = table
        self._streams = streams
        self._marks = count(1)
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        found = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
        self._iterator = found["ShardIterator"]

    def take(self) -> list[Change]:
        """Every change since it was last asked; it writes a mark into the table and reads up to that."""
        mark = f"MARK#{next(self._marks)}"
        self._table.write(Put({"PK": mark, "SK": mark}))
        changes: list[Change] = []
        for record in self._records():
            if record["Keys"]["PK"].get("S") == mark:
                return changes
            change = file_change(record)
            if change is not None:
                changes.append(change)
        raise AssertionError("The mark never came.")

    def _records(self) -> Iterator["StreamRecordTypeDef"]:
        for _ in range(_MOST_READS):
            answer = self._streams.get_records(ShardIterator=self._iterator)
            self._iterator = answer["NextShardIterator"]
            yield from (record["dynamodb"] for record in answer["Records"])
