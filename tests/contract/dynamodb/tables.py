"""New tables on a server."""

from contextlib import ExitStack
from uuid import uuid4

from tests.servers.aws import AwsServer

from demobackend.adapters.dynamodb.schema import create_table
from demobackend.adapters.dynamodb.table import Table
from demobackend.testing.races import CALLERS


def empty_table(server: AwsServer, cleanup: ExitStack) -> Table:
    """A table with nothing in it, deleted by the clean-up; as many callers as race may use it at once."""
    client, name = server.client("dynamodb", connections=CALLERS), f"table-{uuid4().hex}"
    create_table(client, name)
    cleanup.callback(client.delete_table, TableName=name)
    return Table(client, name)
