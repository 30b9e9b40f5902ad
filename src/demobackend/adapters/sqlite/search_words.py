"""Words as FTS5 sees them: the domain's tokens with their owner's number in front, and queries made of the same.

FTS5's `ascii` tokenizer takes every character beyond ASCII for part of a token, so it splits at our blanks and nowhere else.
"""

from itertools import batched
from typing import NamedTuple

from demobackend.domain.model.names import essence_of
from demobackend.domain.model.search import SearchRequest
from demobackend.domain.model.text.analysis import DocumentTokens, Segment
from demobackend.domain.model.text.query import Field, Query, Term

_PART = 16_384  # words
_BOUNDARY = "\ue000"  # stands between tags; a private character is in no word, so no phrase reaches across


class WordsRow(NamedTuple):
    """The columns of `search_words`."""

    name: str
    tags: str
    description: str
    text: str
    facts: str


def words_to_row(owner: int, tokens: DocumentTokens, *, media_type: str, tags: tuple[str, ...]) -> WordsRow:
    """What is indexed of a document: its words, and the facts that searches filter by."""
    return WordsRow(
        name=_own(owner, tokens.name),
        tags=f" {_BOUNDARY} ".join(_own(owner, segment) for segment in tokens.tags),
        description=_own(owner, tokens.description),
        text=_own(owner, tokens.text),
        facts=" ".join([_type_fact(owner, media_type), *(_tag_fact(owner, tag) for tag in tags)]),
    )


def expression(owner: int, request: SearchRequest) -> str:
    """The request as an FTS5 expression, but for its times. The query has a wanted term."""
    wanted = [_phrase(owner, term) for term in request.query.wanted]
    if request.media_type is not None:
        wanted.append(_quoted(_type_fact(owner, request.media_type)))
    if request.tag is not None:
        wanted.append(_quoted(_tag_fact(owner, request.tag)))
    unwanted = [_phrase(owner, term) for term in request.query.unwanted]
    return " NOT ".join([f"({' AND '.join(wanted)})", *unwanted])


def expression_of_text(owner: int, query: Query) -> str | None:
    """An FTS5 expression for documents whose text holds a wanted term; None when no term looks there."""
    wanted = [_quoted_term(owner, term) for term in query.wanted if term.looks_in(Field.TEXT)]
    return f"{{text}} : ({' OR '.join(wanted)})" if wanted else None


def _phrase(owner: int, term: Term) -> str:
    field = "" if term.field is None else f"{{{term.field.value}}} : "
    return field + _quoted_term(owner, term)


def _quoted_term(owner: int, term: Term) -> str:
    return f"{_quoted(_own(owner, term.tokens))}{' *' if term.prefix else ''}"


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _own(owner: int, tokens: Segment) -> str:
    # Joined and not listed: the list would be ten times as large as a text of short words. In parts, so that other threads run.
    mark = f"u{owner}x"
    return " ".join([mark + f" {mark}".join(part) for part in batched(tokens, _PART)])


def _type_fact(owner: int, media_type: str) -> str:
    return _fact(owner, "m", essence_of(media_type))


def _tag_fact(owner: int, tag: str) -> str:
    return _fact(owner, "t", tag)


def _fact(owner: int, kind: str, value: str) -> str:
    # Hex, so that it is one token that keeps case. No word begins like it: theirs have an x after the owner's number.
    return f"u{owner}{kind}{value.encode('utf-8', 'surrogatepass').hex()}"
