"""The index and its aliases, made when they are missing."""

from opensearchpy import OpenSearch

from demobackend.adapters.opensearch.errors import in_domain_words
from demobackend.adapters.opensearch.index_schema import definition, index_name, write_alias

_EXISTS = frozenset({400})  # resource_already_exists_exception: somebody else is preparing too


def prepare(client: OpenSearch, alias: str, *, refresh_interval: str = "1s") -> None:
    """Create the index with its aliases, when nothing stands behind the alias yet; any number of callers may at once.

    Index and aliases are made in one step, so no write can make an index of its own in between. Raises `Unavailable`.
    """
    with in_domain_words():
        if client.indices.exists_alias(name=alias):
            return
    body = definition(alias, write_alias(alias), refresh_interval=refresh_interval)
    with in_domain_words(fine=_EXISTS):
        client.indices.create(index=index_name(alias), body=body)
    with in_domain_words():
        client.indices.get_alias(name=alias)
