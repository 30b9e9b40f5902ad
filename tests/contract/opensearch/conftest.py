"""An alias of a test's own on the node, and nothing behind it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from opensearchpy import OpenSearch
from tests.servers.opensearch import OpenSearchServer


@pytest.fixture
def client(opensearch: OpenSearchServer) -> OpenSearch:
    """A client of the node."""
    return opensearch.client()


@pytest.fixture
def alias(client: OpenSearch) -> Iterator[str]:
    """Its indexes are deleted when the test is over."""
    name = f"files-{uuid4().hex}"
    yield name
    client.indices.delete(index=f"{name}*", params={"ignore_unavailable": "true"})
