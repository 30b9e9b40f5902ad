"""Where in a text a query's terms stand, found without analysing more of the text than it takes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from demobackend.domain.model.text.analysis import Segment, analyse, fold, token_spans
from demobackend.domain.model.text.characters import begins_bigrams, joins_the_one_before
from demobackend.domain.model.text.matching import occurrences
from demobackend.domain.model.text.query import Term

Extent = tuple[int, int]
"""Start and end, in characters."""

Span = tuple[str, int, int]
"""A token with its start and end, in characters."""

MARGIN = 24
"""Characters beyond a match that are read at a glance, and within which marks are kept with what they stand upon."""

_PART = 1024
"""Characters that are read at a time while looking for a match, and more until a word ends."""

_LONGEST_WORD = 1 << 16
"""Characters without a border after which a text is cut regardless, so that no odd file costs more than another."""

_GLANCES = 3
_BORDER = re.compile(r"[\s!-/:-@\[-`{-~、。「」『』！-／：-＠]")
"""Characters that part words under every folding, so that a text may be analysed in two halves before any of them."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A term, made ready to be looked for in many texts.

    `literal` stands in every folded text that the term matches: its first word, or the characters of its first pairs. `in_ascii`
    finds the term in lower-case ASCII, where words are runs of letters and digits.
    """

    term: Term
    literal: str
    in_ascii: re.Pattern[str]

    @classmethod
    def of(cls, term: Term) -> "Sought":
        """The same term."""
        return cls(term, _literal(term), _in_ascii(term))


def _literal(term: Term) -> str:
    literal = term.tokens[0]
    for before, token in pairwise(term.tokens):
        if len(before) != 2 or not begins_bigrams(before) or before[1] != token[0]:
            break
        literal += token[1:]
    return literal


def _in_ascii(term: Term) -> re.Pattern[str]:
    # What must not stand before the first word is asked after it: a pattern is searched for much faster when it begins with letters.
    first, *others = map(re.escape, term.tokens)
    words = "[^0-9a-z]+".join([f"{first}(?<![0-9a-z]{first})", *others])
    return re.compile(f"{words}{'[0-9a-z]*' if term.prefix else '(?![0-9a-z])'}")


def first_match(content: str, terms: Sequence[Sought], width: int) -> Extent | None:
    """Where a snippet should look: in the first part of the text that holds any term, the match with most others after it."""
    for begin, end in _parts(content) if terms else ():
        part = content[begin:end]
        folded = fold(part)
        if part.isascii():
            found = [extent for term in terms if (extent := _find_in_ascii(term, folded, content, begin, end))]
        else:
            found = [extent for term in terms if (extent := _find(term, folded, content, begin, end))]
        if len(found) > 1:
            return max(found, key=lambda extent: (sum([0 <= start - extent[0] < width for start, _ in found]), -extent[0]))
        if found:
            return found[0]
    return None


def _parts(content: str) -> Iterator[Extent]:
    """The text in parts that end where words do; where one has to be cut regardless, the next overlaps it."""
    begin = 0
    while begin < len(content):
        end = _border(content, begin + _PART)
        yield begin, end
        begin = end if end == len(content) or _BORDER.match(content, end) else end - _PART


def _border(content: str, place: int) -> int:
    furthest = min(len(content), place + _LONGEST_WORD)
    border = _BORDER.search(content, place, furthest)
    return border.start() if border else furthest


def _find_in_ascii(sought: Sought, folded: str, content: str, begin: int, end: int) -> Extent | None:
    """`_find` in a part where words are what they look like; only a phrase may go on behind it, in whatever follows."""
    match = sought.in_ascii.search(folded)
    if match is None and len(sought.term.tokens) > 1 and sought.literal in folded:
        following = content[end : _reach(content, end, len(sought.term.tokens) - 1)]
        if not following.isascii():
            return _find(sought, folded, content, begin, end)
        match = sought.in_ascii.search(folded + following.lower())
    return (begin + match.start(), begin + match.end()) if match and begin + match.start() < end else None


def _find(sought: Sought, folded: str, content: str, begin: int, end: int) -> Extent | None:
    """The term's first match that begins in this part of the content, which is given folded too."""
    if sought.literal not in folded:
        return None
    term = sought.term
    for place in _glances(sought.literal, folded):
        tokens = whole_tokens(content, begin + place - 1, begin + place + sum(map(len, term.tokens)) + MARGIN)
        if tokens and tokens[0][1] == begin + place and next(occurrences(term, _words(tokens)), None) == 0:
            return _extent(term, tokens)
    part = content[begin : _reach(content, end, len(term.tokens) - 1)]
    words = f" {' '.join(analyse(part))} "
    place = words.find(f" {' '.join(term.tokens)}{'' if term.prefix else ' '}")
    if place < 0:
        return None
    position = words.count(" ", 0, place)
    return _extent(term, token_spans(part, begin)[position : position + len(term.tokens) + 1])


def _glances(literal: str, folded: str) -> Iterator[int]:
    """The first few places where a word may begin with this, if each character folds into one; most texts need no more."""
    place = -1
    for _ in range(_GLANCES):
        place = folded.find(literal, place + 1)
        if place < 0:
            return
        if place == 0 or not folded[place - 1].isalnum() or begins_bigrams(literal):
            yield place


def _reach(content: str, place: int, count: int) -> int:
    """The end of so many tokens, or of the content, at or after this place."""
    size = 64 * count
    while size:
        end = _border(content, place + size)
        if end == len(content) or len(analyse(content[place:end])) >= count:
            return end
        size *= 2
    return place


def matches_in_ascii(terms: Sequence[Sought], text: str) -> list[Extent]:
    """Every match of every term in an ASCII text; they may overlap."""
    lowered = text.lower()
    found: list[Extent] = []
    for sought in terms:
        place = 0
        while match := sought.in_ascii.search(lowered, place):
            found.append(match.span())
            place = match.start() + 1
    return found


def matches_among(terms: Sequence[Sought], tokens: Sequence[Span]) -> list[Extent]:
    """Every match of every term among these tokens, which follow one another."""
    words = _words(tokens)
    return [
        _extent(sought.term, tokens[place : place + len(sought.term.tokens) + 1])
        for sought in terms
        for place in occurrences(sought.term, words)
    ]


def _extent(term: Term, tokens: Sequence[Span]) -> Extent:
    """From the first to the last of the term's tokens; `tokens` begins with them and may go on.

    A prefix of one Han or Kana character finds a pair, which overlaps the next token: only the character is shown as found.
    """
    count = len(term.tokens)
    stop = tokens[count - 1][2]
    if term.prefix and count < len(tokens):
        stop = min(stop, tokens[count][1])
    return tokens[0][1], stop


def _words(tokens: Sequence[Span]) -> Segment:
    return tuple([word for word, _, _ in tokens])


def whole_tokens(content: str, low: int, high: int) -> list[Span]:
    """The tokens between two places, without those that these places may cut."""
    low = _character_start(content, min(low, len(content) - 1)) if low > 0 else 0
    tokens = token_spans(content[low:high], low)
    if low and tokens and tokens[0][1] == low:
        del tokens[0]
    while high < len(content) and tokens and tokens[-1][2] == high:
        del tokens[-1]
    return tokens


def _character_start(content: str, place: int) -> int:
    """The nearest place before, within reason, that does not part a character from the marks upon it."""
    nearest = max(0, place - MARGIN)
    return next((near for near in range(place, nearest, -1) if not joins_the_one_before(content[near])), nearest)


def character_end(content: str, place: int) -> int:
    """The nearest place after, within reason, that does not part a character from the marks upon it."""
    furthest = min(len(content), place + MARGIN)
    return next((near for near in range(place, furthest) if not joins_the_one_before(content[near])), furthest)
