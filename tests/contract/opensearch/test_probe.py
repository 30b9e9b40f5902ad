"""The probe of the index keeps its contract."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from tests.servers.opensearch import OpenSearchServer

from demobackend.adapters.opensearch.prepare import prepare
from demobackend.adapters.opensearch.probe import OpenSearchProbe
from demobackend.ports.probe import Probe
from demobackend.testing.contracts.probe import ProbeContract

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("opensearch")]


class TestOpenSearchProbe(ProbeContract):
    @pytest.fixture(autouse=True)
    def _server(self, opensearch: OpenSearchServer) -> None:
        self.client = opensearch.client()

    def probe(self) -> tuple[Probe, Callable[[], None]]:
        alias = f"files-{uuid4().hex}"
        prepare(self.client, alias, refresh_interval="-1")
        self.cleanup.callback(self._delete, alias)
        return OpenSearchProbe(self.client, alias), lambda: self._delete(alias)

    def _delete(self, alias: str) -> None:
        self.client.indices.delete(index=f"{alias}-v*", params={"ignore_unavailable": "true", "allow_no_indices": "true"})
