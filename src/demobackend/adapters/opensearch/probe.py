"""Whether the index answers."""

from opensearchpy import OpenSearch

from demobackend.adapters.opensearch.errors import in_domain_words
from demobackend.domain.model.errors import Unavailable


class OpenSearchProbe:
    """Asks whether an index stands behind the alias; a `Probe`."""

    name = "search"

    def __init__(self, client: OpenSearch, alias: str) -> None:
        self._client = client
        self._alias = alias

    def check(self) -> None:
        """Raises `Unavailable`."""
        with in_domain_words():
            if not self._client.indices.exists_alias(name=self._alias):
                raise Unavailable
