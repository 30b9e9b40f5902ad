"""The query language: what a person typed, as terms of tokens.

::

    query   terms separated by blanks (any Unicode white space); at most 256 characters and 16 terms
    term    [-][name:|tag:] word | prefix* | "a phrase" | "a phrase"*
    quotes  " “ ” „ « », each opens and closes any other; an open one runs to the end

A quote opens a phrase wherever it stands, so `foo"a b"` is two terms. `-` and a field count only at the beginning of a term, and
a field only before something to look for: a bare `name:` is a word like any other. Field names are read in any case. A star
after a closed quote makes the last word of the phrase a prefix; within quotes it separates. Whatever has no meaning here
separates words, so no query is refused but for its length.
"""

import re
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum

from demobackend.domain.model.errors import InvalidInput
from demobackend.domain.model.text.analysis import Segment, analyse
from demobackend.domain.model.text.characters import begins_bigrams

LONGEST_QUERY = 256
"""Characters, as typed."""

MOST_TERMS = 16
"""Terms that hold a word; bare punctuation counts for nothing, since it asks for nothing."""

SHORTEST_PREFIX = 2
"""Letters and digits, folded, before a star that counts."""


class Field(StrEnum):
    """Where a term may match."""

    NAME = "name"
    TAGS = "tags"
    DESCRIPTION = "description"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that follow one another within one field or one tag; at least one.

    With `prefix` the last token stands for every token that begins with it. Without `field` any of the four will do.
    """

    tokens: Segment
    _: KW_ONLY
    prefix: bool = False
    field: Field | None = None
    negated: bool = False

    def __post_init__(self) -> None:
        if not self.tokens:
            raise InvalidInput.at("/q", "empty_term", "A search term holds at least one word.")

    def looks_in(self, field: Field) -> bool:
        return self.field is None or self.field is field


@dataclass(frozen=True, slots=True)
class Query:
    """All wanted terms must match a file and no unwanted one may; at most 16 terms. Without a wanted term nothing matches."""

    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        if len(self.terms) > MOST_TERMS:
            raise InvalidInput.at("/q", "too_many_terms", f"A query has at most {MOST_TERMS} terms.")

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.negated)

    @property
    def unwanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.negated)

    @property
    def matches_nothing(self) -> bool:
        return not self.wanted


_QUOTES = '"“”„«»'
_PIECE = re.compile(
    rf"""(?P<word> [^\s{_QUOTES}]+ )?
         (?: [{_QUOTES}] (?P<phrase> [^{_QUOTES}]* ) (?: [{_QUOTES}] (?P<star> \*+ (?!\S) )? | \Z ) )?""",
    re.VERBOSE,
)
_HEAD = re.compile(r"(?P<minus>-?)(?:(?P<field>name|tag):)?", re.IGNORECASE)
_FIELDS = {"name": Field.NAME, "tag": Field.TAGS}


def parse_query(text: str) -> Query:
    """Read a query. Raises `InvalidInput` with `query_too_long` or `too_many_terms`, and for nothing else."""
    if len(text) > LONGEST_QUERY:
        raise InvalidInput.at("/q", "query_too_long", f"A query has at most {LONGEST_QUERY} characters.")
    terms: list[Term] = []
    for piece in _PIECE.finditer(text):
        at_beginning = piece.start() == 0 or text[piece.start() - 1].isspace()
        terms += _terms(piece["word"] or "", piece["phrase"], starred=bool(piece["star"]), at_beginning=at_beginning)
    return Query(tuple(terms))


def _terms(word: str, phrase: str | None, *, starred: bool, at_beginning: bool) -> list[Term]:
    """The terms of a word and the phrase that touches it, either of which may be missing."""
    head = _HEAD.match(word) if at_beginning else None
    negated = bool(head and head["minus"])
    field = _FIELDS[head["field"].lower()] if head and head["field"] else None
    rest = word[head.end() :] if head else word
    if term := _term(rest, starred=rest.endswith("*"), field=field, negated=negated):
        following = _term(phrase or "", starred=starred)
        return [term, following] if following else [term]
    if term := _term(phrase or "", starred=starred, field=field, negated=negated):
        return [term]
    plain = _term(word, negated=negated)
    return [plain] if plain else []


def _term(words: str, *, starred: bool = False, field: Field | None = None, negated: bool = False) -> Term | None:
    tokens = analyse(words)
    if not tokens:
        return None
    if begins_bigrams(tokens[-1]):
        tokens, prefix = _open_ended(tokens)
    else:
        prefix = starred and sum(map(len, tokens)) >= SHORTEST_PREFIX
    return Term(tokens, prefix=prefix, field=field, negated=negated)


def _open_ended(tokens: Segment) -> tuple[Segment, bool]:
    """Tokens that end in Han or Kana, and whether they end in a prefix, so that the characters match wherever they occur.

    The pairs of a run say all that its last character would, and leave open what follows; a single one must be a prefix.
    """
    last = tokens[-1]
    ends_in_a_pair = len(tokens) > 1 and tokens[-2] != last and tokens[-2].endswith(last)
    return (tokens[:-1], False) if ends_in_a_pair else (tokens, True)
