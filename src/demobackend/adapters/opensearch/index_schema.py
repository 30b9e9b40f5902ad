"""The index: its mapping, over tokens that the domain made.

The fields that end in `_words` hold the domain's tokens, one blank between two, and are split at blanks and nowhere else. They
are not kept beside the index: what the source holds is what snippets, re-indexing and `text_of` need.
"""

import re
from typing import Any, Final

COPIES: Final = "0-1"
WORD_FIELDS: Final = ("name_words", "tags_words", "description_words", "text_words")
_BETWEEN_TAGS = 100  # positions, so that no phrase reaches from one tag into the next
_LONGEST_TOKEN = 1_048_576  # OpenSearch's own greatest; a longer one would be cut into two

# With `index_prefixes` a prefix of up to 19 characters is one look-up, and complete; longer ones are few enough to be collected.
_WORDS: Final = {
    "type": "text",
    "analyzer": "tokens",
    "norms": True,
    "index_prefixes": {"min_chars": 1, "max_chars": 19},
    "position_increment_gap": _BETWEEN_TAGS,
}
_KEPT: Final = {"type": "keyword", "index": False, "doc_values": False}

MAPPINGS: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "_routing": {"required": True},
    "_source": {"excludes": list(WORD_FIELDS)},
    "properties": {
        "owner_id": {"type": "keyword"},
        "file_id": {"type": "keyword"},
        "revision": {"type": "long"},
        "version": {"type": "integer"},
        "removed": {"type": "boolean"},
        "created_at": {"type": "long"},
        "media_type": {"type": "keyword"},
        "tags": {"type": "keyword"},
        "name": _KEPT,
        "description": _KEPT,
        "text_status": _KEPT,
        "text_head": _KEPT,
        "text_rest": _KEPT,
        **dict.fromkeys(WORD_FIELDS, _WORDS),
    },
}


def definition(*aliases: str, refresh_interval: str = "1s") -> dict[str, Any]:
    """The body of a request that creates an index behind these aliases.

    All of an owner's files lie in one shard, so scores of one answer compare. There is a copy of each shard as soon as there is a
    second node to hold it: an index that asks for one on a single node stays yellow.
    """
    return {
        "aliases": {alias: {} for alias in aliases},
        "settings": {
            "index": {"number_of_shards": 1, "auto_expand_replicas": COPIES, "refresh_interval": refresh_interval},
            "analysis": {
                "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": _LONGEST_TOKEN}},
                "analyzer": {"tokens": {"type": "custom", "tokenizer": "blanks"}},
            },
        },
        "mappings": MAPPINGS,
    }


def write_alias(alias: str) -> str:
    """Where changes go, but for the time of a rebuild: then it does not exist, which sends them to two indexes."""
    return f"{alias}-write"


def next_alias(alias: str) -> str:
    """The index that a rebuild is filling."""
    return f"{alias}-next"


def index_name(alias: str, number: int = 1) -> str:
    """The indexes behind the alias, one after the other: each rebuild makes the next, and the alias moves when that is full."""
    return f"{alias}-v{number}"


def index_pattern(alias: str) -> str:
    """What fits all of these names, and maybe others."""
    return f"{alias}-v*"


def number_of(name: str, alias: str) -> int:
    """The inverse of `index_name`; 0 for any other name."""
    found = re.fullmatch(rf"{re.escape(alias)}-v([1-9][0-9]*)", name)
    return int(found[1]) if found else 0
