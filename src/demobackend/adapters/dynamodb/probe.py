"""Whether the table answers."""

from demobackend.adapters.dynamodb.schema import Key
from demobackend.adapters.dynamodb.table import Table


class DynamoDbProbe:
    """Reads a row that is not there, which needs the table, the permission to read it, and half a read unit; a `Probe`."""

    name = "catalog"

    def __init__(self, table: Table) -> None:
        self._table = table

    def check(self) -> None:
        """Raises `Unavailable`."""
        self._table.get(Key("PROBE", "PROBE"))
