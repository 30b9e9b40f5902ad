"""The search index in OpenSearch keeps its contract."""

from uuid import uuid4

import pytest
from tests.servers.opensearch import OpenSearchServer

from demobackend.adapters.opensearch.prepare import prepare
from demobackend.adapters.opensearch.search_index import OpenSearchIndex
from demobackend.ports.search_index import SearchIndex
from demobackend.testing.contracts.search_index import SearchIndexContract

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("opensearch")]


class TestOpenSearchIndex(SearchIndexContract):
    interleavings = 12

    @pytest.fixture(autouse=True)
    def _server(self, opensearch: OpenSearchServer) -> None:
        self.client = opensearch.client()

    def empty_index(self) -> SearchIndex:
        alias = f"files-{uuid4().hex}"
        prepare(self.client, alias, refresh_interval="-1")
        self.cleanup.callback(self.client.indices.delete, index=f"{alias}-v*")
        return OpenSearchIndex(self.client, alias=alias, refresh="true", pause=lambda _: None)
