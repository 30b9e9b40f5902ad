"""The index: its mapping, over tokens that the domain made.

The fields that end in `_words` hold the domain's tokens, one blank between two, and are split at blanks and nowhere else. They
are not kept beside the index: what the source holds is what snippets, re-indexing and `text_of` need.
"""

from typing import Any, Final

VERSION: Final = 1
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


def definition(*, shards: int = 1, replicas: int = 1, refresh_interval: str = "1s") -> dict[str, Any]:
    """The body of a create-index request. All of an owner's files lie in one shard, so scores of one answer compare."""
    return {
        "settings": {
            "index": {"number_of_shards": shards, "number_of_replicas": replicas, "refresh_interval": refresh_interval},
            "analysis": {
                "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": _LONGEST_TOKEN}},
                "analyzer": {"tokens": {"type": "custom", "tokenizer": "blanks"}},
            },
        },
        "mappings": MAPPINGS,
    }


def index_name(alias: str, version: int = VERSION) -> str:
    """The index behind the alias: a changed mapping makes another index, and the alias moves when that is full."""
    return f"{alias}-v{version}"
