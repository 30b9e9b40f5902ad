"""A table that is reached directly and through a proxy, and what stands in it."""

from dataclasses import dataclass, field
from itertools import batched
from struct import unpack
from typing import TYPE_CHECKING

from tests.contract.dynamodb.streams import ChangeStream
from tests.integration.retries import retry_at_once
from tests.servers.proxy import Proxy

from demobackend.adapters.dynamodb.attributes import Row, from_attributes, number, text, to_attributes, without
from demobackend.adapters.dynamodb.table import Table
from demobackend.domain.model.change import Change

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import WriteRequestTypeDef

_MARK = "MARK#"
_CHANCE = 1 << 16
_MOST_REQUESTS = 25  # of one BatchWriteItem

type Rows = dict[tuple[str, str], Row]


@dataclass(frozen=True, slots=True)
class State:
    """What stands in the table, but for what is random in it, and which changes of files the stream told since the call began."""

    rows: Rows
    changes: tuple[Change, ...] = ()


@dataclass(slots=True, kw_only=True)
class SpoiledTable:
    """`direct` is the client that goes around the proxy; `hasty` goes through it and waits hardly at all for an answer."""

    name: str
    direct: "DynamoDBClient"
    proxied: "DynamoDBClient"
    hasty: "DynamoDBClient"
    proxy: Proxy
    stream: ChangeStream
    _seen: Rows = field(default_factory=dict)
    _listening: bool = False

    def table(self) -> Table:
        """The way around the proxy."""
        return Table(self.direct, self.name, pause=lambda _: None)

    def spoiled(self, *, attempts: int, hasty: bool = False) -> Table:
        """The way through the proxy."""
        client = self.hasty if hasty else self.proxied
        retry_at_once(client, attempts=attempts)
        return Table(client, self.name, pause=lambda _: None)

    def put(self, rows: Rows) -> None:
        """Make these the only rows, given that `rows` was called after the last change; listen to the stream when files are among them."""
        requests: list[WriteRequestTypeDef] = [
            {"DeleteRequest": {"Key": {"PK": {"S": pk}, "SK": {"S": sk}}}} for pk, sk in self._seen.keys() - rows.keys()
        ]
        requests += [{"PutRequest": {"Item": to_attributes(row)}} for key, row in rows.items() if self._seen.get(key) != row]
        for some in batched(requests, _MOST_REQUESTS):
            self.direct.batch_write_item(RequestItems={self.name: some})
        self._seen = rows
        self._listening = any(row.startswith("F#") for _, row in rows)
        if self._listening:
            self.stream.take()

    def rows(self) -> Rows:
        """All rows as they are, but for the stream's marks."""
        found = self.direct.scan(TableName=self.name, ConsistentRead=True)["Items"]
        rows = [from_attributes(attributes) for attributes in found]
        self._seen = {(text(row, "PK"), text(row, "SK")): row for row in rows}
        return {key: row for key, row in self._seen.items() if not key[0].startswith(_MARK)}

    def state(self) -> State:
        """What stands there, and what the stream told since the rows were put."""
        changes = tuple(self.stream.take()) if self._listening else ()
        return State({key: _without_chance(row) for key, row in self.rows().items()}, changes)


def _without_chance(row: Row) -> Row:
    """Takes are known by their moment; their digest covers more."""
    packed = row.get("takes")
    if not isinstance(packed, bytes):
        return without(row, {"write"})
    takes = tuple(each // _CHANCE for each in unpack(f">{len(packed) // 8}Q", packed))
    return {**without(row, {"digest"}), "takes": takes}


def usage_is_the_sum(rows: Rows) -> bool:
    """Whether what owners take up is what their files do."""
    for (owner, sort), usage in rows.items():
        if sort == "USAGE":
            files = [row for (pk, sk), row in rows.items() if pk == owner and sk.startswith("F#")]
            reserved = [number(row, "size") for row in files if row["status"] == "pending"]
            used = [number(row, "size") for row in files if row["status"] != "pending"]
            counted = (usage["bytes_reserved"], usage["files_reserved"], usage["bytes_used"], usage["files_used"])
            if counted != (sum(reserved), len(reserved), sum(used), len(used)):
                return False
    return True
