"""What may be off with the index, and how to mend it."""

from collections.abc import Mapping
from typing import Any

from opensearchpy import OpenSearch

from demobackend.adapters.opensearch.errors import NOT_FOUND, in_domain_words, told
from demobackend.adapters.opensearch.index_schema import COPIES, MAPPINGS, index_pattern, number_of

_ANEW = "run `demobackend reindex`"


def findings(client: OpenSearch, alias: str) -> list[str]:
    """One sentence for each thing that is off, with its remedy; none when all is well. Raises `Unavailable`."""
    described: Mapping[str, Any] = {}
    with in_domain_words(fine=frozenset({NOT_FOUND})):
        described = told(client.indices.get(index=alias))
    if not described:
        return [f"No index stands behind the alias {alias}: invoke the function `prepare`."]
    if alias in described:
        return [f"{alias} is an index of its own, not an alias: delete it, then invoke the function `prepare`."]
    found = []
    if len(described) > 1:
        found.append(f"Several indexes stand behind {alias}: leave the alias on the newest only.")
    for name, index in described.items():
        found += [*_off_with_mapping(name, index["mappings"]), *_off_with_copies(name, index["settings"]["index"])]
    with in_domain_words():
        there = told(client.indices.get_alias(index=index_pattern(alias)))
    left = sorted(name for name in there if number_of(name, alias) and name not in described)
    if left:
        found.append(f"{', '.join(left)} is what a rebuild is at work on, or left: when none is under way, {_ANEW}.")
    return found


def _off_with_mapping(name: str, mappings: dict[str, Any]) -> list[str]:
    there, wanted = mappings.get("properties", {}), MAPPINGS["properties"]
    if there.keys() != wanted.keys():
        odd = ", ".join(sorted(there.keys() ^ wanted.keys()))
        return [f"The mapping of {name} is another version's (it differs in {odd}): {_ANEW}."]
    changed = sorted(field for field in wanted if there[field]["type"] != wanted[field]["type"])
    changed += [field for field in wanted if ("index_prefixes" in wanted[field]) != ("index_prefixes" in there[field])]
    if changed or mappings.get("dynamic") != "strict":
        return [f"The mapping of {name} is another version's (it differs in {', '.join(changed) or 'dynamic'}): {_ANEW}."]
    return []


def _off_with_copies(name: str, settings: dict[str, Any]) -> list[str]:
    if settings.get("auto_expand_replicas", "false") != "false":
        return []
    return [f"The copies of {name} do not follow the number of nodes: set its `index.auto_expand_replicas` to {COPIES}, or {_ANEW}."]
