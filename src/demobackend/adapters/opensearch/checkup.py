"""What may be off with the index, and how to mend it."""

from typing import Any

from opensearchpy import OpenSearch

from demobackend.adapters.opensearch.errors import NOT_FOUND, in_domain_words
from demobackend.adapters.opensearch.index_schema import MAPPINGS, index_name


def findings(client: OpenSearch, alias: str) -> list[str]:
    """One sentence for each thing that is off, with its remedy; none when all is well. Raises `Unavailable`."""
    described: dict[str, Any] = {}
    with in_domain_words(fine=frozenset({NOT_FOUND})):
        described = client.indices.get(index=alias)
    if not described:
        return [f"No index stands behind the alias {alias}: invoke the function `prepare`."]
    if alias in described:
        return [f"{alias} is an index of its own, not an alias: delete it, then invoke the function `prepare`."]
    found = []
    if len(described) > 1:
        found.append(f"Several indexes stand behind {alias}: leave the alias on {index_name(alias)} only.")
    for name, index in described.items():
        found += _off_with_mapping(name, index["mappings"])
    return found


def _off_with_mapping(name: str, mappings: dict[str, Any]) -> list[str]:
    there, wanted = mappings.get("properties", {}), MAPPINGS["properties"]
    if there.keys() != wanted.keys():
        odd = ", ".join(sorted(there.keys() ^ wanted.keys()))
        return [f"The mapping of {name} is another version's (it differs in {odd}): rebuild the index."]
    changed = sorted(field for field in wanted if there[field]["type"] != wanted[field]["type"])
    changed += [field for field in wanted if ("index_prefixes" in wanted[field]) != ("index_prefixes" in there[field])]
    if changed or mappings.get("dynamic") != "strict":
        return [f"The mapping of {name} is another version's (it differs in {', '.join(changed) or 'dynamic'}): rebuild the index."]
    return []
