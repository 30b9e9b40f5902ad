"""A real OpenSearch node with the modules of its core; it has no plugins, so neither a security plugin nor ICU analysis."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from opensearchpy import OpenSearch
from tests.servers.installation import Installation
from tests.servers.jvm import SOURCES, build, java
from tests.servers.process import LOOPBACK, ServerProcess, free_port, running

_JDK = 21
_SOURCE = "opensearch"
_STARTING_SECONDS = 180
_PATIENCE_SECONDS = 30
_JVM = (
    *("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"),  # Lucene warns without them
    "-Dlog4j2.disable.jmx=true",
    "-Dopensearch.set.netty.runtime.available.processors=false",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSearchServer:
    """A running node."""

    process: ServerProcess
    url: str
    _client: OpenSearch

    def client(self) -> OpenSearch:
        """The client of this node; all callers share it."""
        return self._client


INSTALLATION = Installation(
    "opensearch",
    "3.8.0",
    lambda folder: build(folder, source=_SOURCE, minimum=_JDK),
    built_from=(SOURCES / _SOURCE / "pom.xml", SOURCES / _SOURCE / "Main.java"),
)


@contextmanager
def serve(folder: Path) -> Iterator[OpenSearchServer]:
    """A node with its data below `folder`."""
    with free_port() as port, free_port() as transport:
        program = java(INSTALLATION.folder, minimum=_JDK, options=_JVM)
        command = [*program, LOOPBACK, str(port), str(transport), str(folder / "data")]
        ready = "/_cluster/health?wait_for_status=yellow"
        with running(command, folder=folder, environment={}, port=port, path=ready, seconds=_STARTING_SECONDS) as process:
            url = f"http://{LOOPBACK}:{port}"
            with OpenSearch(hosts=[url], timeout=_PATIENCE_SECONDS) as client:
                yield OpenSearchServer(process=process, url=url, _client=client)
