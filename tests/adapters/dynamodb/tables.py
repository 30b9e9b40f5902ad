"""A table whose calls are answered from a script."""

from collections.abc import Callable

from tests.adapters.amazon import Answer, Script, scripted
from tests.adapters.dynamodb.wire import TABLE

from demobackend.adapters.dynamodb.actions import ABSENT, PRESENT, Condition, Delete, Put, Question, Update
from demobackend.adapters.dynamodb.attributes import Row
from demobackend.adapters.dynamodb.schema import Key
from demobackend.adapters.dynamodb.table import Table

URL = "https://dynamodb.example"
KEY = Key("p", "s")
ROW: Row = {"PK": "p", "SK": "s", "n": 1}
ATTEMPTS = 8
ACTS: dict[str, Callable[[Table], object]] = {
    "GetItem": lambda table: table.get(KEY),
    "BatchGetItem": lambda table: table.get_many([KEY]),
    "Query": lambda table: table.query(Question(keys=Condition("#PK = :p", {"p": "p"})), limit=1),
    "Scan": lambda table: table.scan(Condition("#PK = :p", {"p": "p"})),
    "PutItem": lambda table: table.write(Put(ROW)),
    "UpdateItem": lambda table: table.write(Update(key=KEY, values={"n": 2})),
    "DeleteItem": lambda table: table.write(Delete(KEY)),
    "TransactWriteItems": lambda table: table.transact(Put(ROW, ABSENT), Delete(Key("q", "s"), PRESENT)),
}


class Pauses:
    """Remembers how long somebody would have waited."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


class Bytes:
    """Hands out other bytes each time, all of them as high as can be in their first half."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, number: int) -> bytes:
        self.count += 1
        return b"\xff" * (number // 2) + self.count.to_bytes(number - number // 2)


STAMP = Bytes()(16).hex()  # of the first write


def table_of(*lines: Answer | Exception, attempts: int = 1, pause: Callable[[float], None] | None = None) -> tuple[Table, Script]:
    client, script = scripted("dynamodb", *lines, attempts=attempts)
    return Table(client, TABLE, pause=pause or Pauses(), random=Bytes()), script
