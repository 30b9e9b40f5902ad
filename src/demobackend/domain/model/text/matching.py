"""What a query finds in one document: the plain reference that every search index is compared with."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from demobackend.domain.model.text.analysis import DocumentTokens, Segment
from demobackend.domain.model.text.query import Field, Query, Term


def matches(query: Query, document: DocumentTokens) -> bool:
    """Whether the document holds every wanted term and no unwanted one; a query without a wanted term finds nothing."""
    if query.matches_nothing:
        return False
    return all(_holds(document, term) for term in query.wanted) and not any(_holds(document, term) for term in query.unwanted)


def count_matches(term: Term, document: DocumentTokens) -> Mapping[Field, int]:
    """How often the term's tokens occur in each field where the term looks; fields without it are absent. Ignores `negated`."""
    counts = {
        field: sum(1 for segment in segments for _ in occurrences(term, segment))
        for field, segments in _segments(document).items()
        if term.looks_in(field)
    }
    return {field: count for field, count in counts.items() if count}


def occurrences(term: Term, segment: Segment) -> Iterator[int]:
    """The positions in the segment at which the term's tokens begin, ascending; they may overlap."""
    *exact, last = term.tokens
    beginning = tuple(exact)
    for position in range(len(segment)) if term.prefix and not beginning else _positions(term.tokens[0], segment):
        end = position + len(beginning)
        if end < len(segment) and segment[position:end] == beginning and _fits(last, segment[end], prefix=term.prefix):
            yield position


def _holds(document: DocumentTokens, term: Term) -> bool:
    return any(
        next(occurrences(term, segment), None) is not None
        for field, segments in _segments(document).items()
        if term.looks_in(field)
        for segment in segments
    )


def _segments(document: DocumentTokens) -> dict[Field, tuple[Segment, ...]]:
    return {
        Field.NAME: (document.name,),
        Field.TAGS: document.tags,
        Field.DESCRIPTION: (document.description,),
        Field.TEXT: (document.text,),
    }


def _fits(wanted: str, token: str, *, prefix: bool) -> bool:
    return token.startswith(wanted) if prefix else token == wanted


def _positions(token: str, segment: Segment) -> Iterator[int]:
    position = -1
    with suppress(ValueError):
        while True:
            position = segment.index(token, position + 1)
            yield position
