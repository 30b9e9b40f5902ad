"""Every code that a problem can bear, with its status and what it means: the pages on errors and their tests show this table."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from demobackend.api import errors as api_errors
from demobackend.api.errors import status_of_kind
from demobackend.api.json_body import MAX_DEPTH
from demobackend.api.validation import SENTENCES
from demobackend.domain.model import errors
from demobackend.domain.model.account import MAX_DISPLAY_NAME_CHARACTERS, MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS
from demobackend.domain.model.errors import DomainError
from demobackend.domain.model.names import (
    MAX_DESCRIPTION_CHARACTERS,
    MAX_MEDIA_TYPE_CHARACTERS,
    MAX_NAME_BYTES,
    MAX_TAG_CHARACTERS,
    MAX_TAGS,
)
from demobackend.domain.model.text.query import LONGEST_QUERY, MOST_TERMS


class Code(NamedTuple):
    """A stable word, the HTTP status that it comes with, and what it means."""

    word: str
    status: int
    meaning: str


_MALFORMED: Mapping[str, str] = {
    "duplicate_key": "An object in the body names a member twice.",
    "incomplete_body": "The body did not arrive in time.",
    "invalid_body": "The body is not encoded as it claims to be.",
    "invalid_cursor": "The cursor is not valid here.",
    "invalid_etag": "A condition header is not a list of entity tags.",
    "invalid_idempotency_key": "An Idempotency-Key has 1 to 255 visible ASCII characters and is given once.",
    "invalid_json": "The body is not JSON.",
    "invalid_parameter": "A query parameter has a value that is not acceptable.",
    "invalid_utf8": "The body is not UTF-8.",
    "lone_surrogate": "Text in the body holds a lone surrogate.",
    "missing_parameter": "A query parameter is missing.",
    "number_out_of_range": "A number in the body is too large.",
    "repeated_parameter": "A query parameter may be given once.",
    "too_deep": f"The body is nested deeper than {MAX_DEPTH}.",
    "unknown_parameter": "A query parameter is not known here.",
}
_PLAIN = "no control or bidi characters, no / or \\, and neither . nor .. alone"
_RULES: Mapping[str, str] = {
    "empty_term": "A search term holds at least one word.",
    "invalid_description": f"A description has at most {MAX_DESCRIPTION_CHARACTERS} characters and no NUL.",
    "invalid_display_name": f"A display name has 1 to {MAX_DISPLAY_NAME_CHARACTERS} characters, none of them a control character.",
    "invalid_email": "This is not an e-mail address that we can use.",
    "invalid_mail": "A mail goes to one address, and its headers hold no control characters.",
    "invalid_media_type": f"A media type looks like text/plain; charset=utf-8 and has at most {MAX_MEDIA_TYPE_CHARACTERS} characters.",
    "invalid_name": f"A name has 1 to {MAX_NAME_BYTES} bytes of UTF-8: {_PLAIN}.",
    "invalid_sha256": "A SHA-256 is 64 lower-case hex digits.",
    "invalid_size": "A size is not negative.",
    "invalid_tag": f"A tag has 1 to {MAX_TAG_CHARACTERS} characters: {_PLAIN}.",
    "parts_not_expected": "A single upload has no parts.",
    "query_too_long": f"A query has at most {LONGEST_QUERY} characters.",
    "too_many_tags": f"A file has at most {MAX_TAGS} tags.",
    "too_many_terms": f"A query has at most {MOST_TERMS} terms.",
    "weak_password": f"A password has {MIN_PASSWORD_CHARACTERS} to {MAX_PASSWORD_CHARACTERS} characters and is not among the most used.",
    **SENTENCES,
}


def _codes() -> Iterator[Code]:
    for kind in (*vars(errors).values(), *vars(api_errors).values()):
        if isinstance(kind, type) and issubclass(kind, DomainError) and kind is not DomainError:
            yield Code(kind.code, status_of_kind(kind), kind.sentence)
    yield from (Code(word, 400, meaning) for word, meaning in _MALFORMED.items())
    yield from (Code(word, 422, meaning) for word, meaning in _RULES.items())


CODES: tuple[Code, ...] = tuple(sorted(set(_codes())))
