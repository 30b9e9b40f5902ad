"""DynamoDB Local, Amazon's own: the same checks of requests as Amazon DynamoDB, in memory; nothing expires by time to live."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from tests.servers.aws import AwsServer
from tests.servers.installation import Installation
from tests.servers.jvm import SOURCES, build, java
from tests.servers.process import LOOPBACK, free_port, running

_JDK = 17
_SOURCE = "dynamodb_local"
_STARTING_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoDbServer(AwsServer):
    """A running DynamoDB Local. All keys and regions see the same tables."""

    def new_table_name(self) -> str:
        """A name that no table has."""
        return f"table-{uuid4().hex}"


INSTALLATION = Installation(
    "dynamodb_local",
    "3.3.1",
    lambda folder: build(folder, source=_SOURCE, minimum=_JDK),
    built_from=(SOURCES / _SOURCE / "pom.xml", SOURCES / _SOURCE / "Main.java"),
)


@contextmanager
def serve(folder: Path) -> Iterator[DynamoDbServer]:
    """A server with nothing in it."""
    with free_port() as port:
        installed = INSTALLATION.folder
        native = f"-Dsqlite4java.library.path={installed / 'lib'}"
        command = [*java(installed, minimum=_JDK, options=(native,)), LOOPBACK, str(port)]
        with running(command, folder=folder, environment={}, port=port, path="/", seconds=_STARTING_SECONDS) as process:
            yield DynamoDbServer(process=process, endpoint=f"http://{LOOPBACK}:{port}", access_key="local", secret_key="local")
