"""The piece of a document that shows why it was found, with the matched words marked.

White space, control characters and lone surrogates are shown as one blank for each run of them; beyond that the joined pieces
are a part of the document as it stands. Nothing is escaped: the pieces are plain text, never HTML.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from demobackend.domain.model.text.analysis import Segment, analyse, fold, token_spans
from demobackend.domain.model.text.characters import begins_bigrams, joins_the_one_before
from demobackend.domain.model.text.matching import occurrences
from demobackend.domain.model.text.query import Field, Query, Term

Extent = tuple[int, int]
"""Start and end, in characters."""

Span = tuple[str, int, int]
"""A token with its start and end, in characters."""

WIDTH = 160
"""Characters of a long field that a snippet shows at most."""

_PART = 1024
"""Characters that are read at a time while looking for a match, and more until a word ends."""

_LONGEST_WORD = 1 << 16
"""Characters without a border after which a text is cut regardless, so that no odd file costs more than another."""

_MARGIN = 24
"""Characters beyond a match that are read at a glance, and within which marks are kept with what they stand upon."""

_PAIR = 2
"""Characters that a token of Han or Kana may reach beyond the one that it shows."""

_GLANCES = 3
_BORDER = re.compile(r"[\s!-/:-@\[-`{-~、。「」『』！-／：-＠]")
"""Characters that part words under every folding, so that a text may be analysed in two halves before any of them."""

_ASCII_WORDS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ASCII_BORDERS = "".join(char for char in map(chr, range(128)) if char not in _ASCII_WORDS)
_ASCII_WORD_START = re.compile("(?<![0-9a-z])[0-9a-z]")
_UNSHOWN = re.compile("[\\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a snippet, never empty; `match` where it is what the query looked for."""

    text: str
    match: bool


def snippet(query: Query, *, name: str, tags: tuple[str, ...], description: str, text: str, width: int = WIDTH) -> tuple[Piece, ...]:
    """Show the first match: in the text, else the description (at most `width` characters), else the whole name or tag.

    Empty if no wanted term occurs in any of them.
    """
    for field, content in ((Field.TEXT, text), (Field.DESCRIPTION, description)):
        terms = [term for term in query.wanted if term.looks_in(field)]
        if found := _first_match(content, terms, width):
            return _around(content, found, terms, width)
    for field, content in ((Field.NAME, name), *((Field.TAGS, tag) for tag in tags)):
        terms = [term for term in query.wanted if term.looks_in(field)]
        if marks := _marks(terms, token_spans(content)):
            return _pieces(content, (0, len(content)), marks)
    return ()


def _first_match(content: str, terms: Sequence[Term], width: int) -> Extent | None:
    """Where a snippet should look: in the first part of the text that holds any term, the match with most others after it."""
    literals = [(term, _literal(term)) for term in terms]
    for begin, end in _parts(content) if terms else ():
        folded = fold(content[begin:end])
        likely = [(term, _glances(literal, folded)) for term, literal in literals if literal in folded]
        found = [extent for term, places in likely if (extent := _find(term, content, begin, end, places))]
        if found:
            return max(found, key=lambda extent: (sum(0 <= start - extent[0] < width for start, _ in found), -extent[0]))
    return None


def _literal(term: Term) -> str:
    """What stands in every folded text that the term matches: its first word, or the characters of its first pairs."""
    literal = term.tokens[0]
    for before, token in pairwise(term.tokens):
        if len(before) != 2 or not begins_bigrams(before) or before[1] != token[0]:
            break
        literal += token[1:]
    return literal


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


def _find(term: Term, content: str, begin: int, end: int, places: Iterator[int]) -> Extent | None:
    """The term's first match that begins in this part of the content; `places` are worth a glance before that is analysed."""
    if (whole := content[begin:end]).isascii():
        inside = next(_ascii_matches(term, whole.lower(), begin), None)
        if inside or len(term.tokens) == 1:
            return inside
    for place in places:
        tokens = _whole_tokens(content, begin + place - 1, begin + place + sum(map(len, term.tokens)) + _MARGIN)
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


def _extent(term: Term, tokens: Sequence[Span]) -> Extent:
    """From the first to the last of the term's tokens; `tokens` begins with them and may go on.

    A prefix of one Han or Kana character finds a pair, which overlaps the next token: only the character is shown as found.
    """
    count = len(term.tokens)
    stop = tokens[count - 1][2]
    if term.prefix and count < len(tokens):
        stop = min(stop, tokens[count][1])
    return tokens[0][1], stop


def _marks(terms: Sequence[Term], tokens: Sequence[Span]) -> list[Extent]:
    words = _words(tokens)
    return [_extent(term, tokens[place : place + len(term.tokens) + 1]) for term in terms for place in occurrences(term, words)]


def _words(tokens: Sequence[Span]) -> Segment:
    return tuple([word for word, _, _ in tokens])


def _around(content: str, found: Extent, terms: Sequence[Term], width: int) -> tuple[Piece, ...]:
    start, stop = found
    lead = max(0, min(width // 4, width - (stop - start)))
    earliest = max(0, min(start - lead, len(content) - width))
    latest = min(len(content), earliest + width)
    if content[max(0, earliest - 1) : latest + _PAIR + 1].isascii():
        return _around_in_ascii(content, found, terms, (earliest, latest), width)
    tokens = _whole_tokens(content, earliest - 1, latest + _PAIR + 1)
    begin = next((first for _, first, _ in tokens if earliest <= first <= start), start) if earliest else 0
    end = latest
    if latest < len(content):
        end = next((last for _, _, last in reversed(tokens) if start < last <= latest), 0)
        end = end or _character_end(content, min(stop, start + width))
    return _pieces(content, (begin, end), [found, *_marks(terms, tokens)])


def _around_in_ascii(content: str, found: Extent, terms: Sequence[Term], shown: Extent, width: int) -> tuple[Piece, ...]:
    """`_around` where words are what they look like, so that none but the matches need be cut out."""
    start, stop = found
    earliest, latest = shown
    low, high = max(0, earliest - 1), min(len(content), latest + _PAIR + 1)
    window = content[low:high].lower()
    first = _ASCII_WORD_START.search(window, earliest - low, start - low + 1) if earliest else None
    begin = low + first.start() if first else start if earliest else 0
    end = latest
    if latest < len(content):
        head = window[: latest - low]
        head = head.rstrip(_ASCII_WORDS) if window[latest - low] in _ASCII_WORDS else head
        end = low + len(head.rstrip(_ASCII_BORDERS))
        end = end if end > start else min(stop, start + width)
    marks = [mark for term in terms for mark in _ascii_matches(term, window, low, 1 if low else 0)]
    whole = [mark for mark in marks if mark[1] < high or high == len(content)]
    return _pieces(content, (begin, end), [found, *whole])


def _ascii_matches(term: Term, lowered: str, origin: int, place: int = 0) -> Iterator[Extent]:
    """Where the term matches at or after `place` in a lower-case ASCII text that itself begins at `origin`."""
    place = lowered.find(term.tokens[0], place)
    if place >= 0:
        for match in _in_ascii(term).finditer(lowered, place):
            begin, end = match.span(1)
            yield begin + origin, end + origin


@lru_cache(maxsize=256)
def _in_ascii(term: Term) -> re.Pattern[str]:
    """Finds the term in lower-case ASCII, where words are runs of letters and digits; matches may overlap."""
    words = "[^0-9a-z]+".join(map(re.escape, term.tokens))
    return re.compile(f"(?<![0-9a-z])(?=({words}{'[0-9a-z]*' if term.prefix else '(?![0-9a-z])'}))")


def _whole_tokens(content: str, low: int, high: int) -> list[Span]:
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
    nearest = max(0, place - _MARGIN)
    return next((near for near in range(place, nearest, -1) if not joins_the_one_before(content[near])), nearest)


def _character_end(content: str, place: int) -> int:
    """The nearest place after, within reason, that does not part a character from the marks upon it."""
    furthest = min(len(content), place + _MARGIN)
    return next((near for near in range(place, furthest) if not joins_the_one_before(content[near])), furthest)


def _pieces(content: str, shown: Extent, marks: Sequence[Extent]) -> tuple[Piece, ...]:
    return tuple([Piece(_shown(content[start:stop]), match) for start, stop, match in _cut(shown, marks) if start < stop])


def _shown(text: str) -> str:
    return text if text.isprintable() and "  " not in text else _UNSHOWN.sub(" ", text)


def _cut(shown: Extent, marks: Sequence[Extent]) -> Iterator[tuple[int, int, bool]]:
    """The extent that is shown, cut where marks begin and end."""
    place, end = shown
    for start, stop in _merged(marks):
        if place < stop and start < end:
            yield place, start, False
            place = min(stop, end)
            yield start, place, True
    yield place, end, False


def _merged(marks: Sequence[Extent]) -> list[Extent]:
    merged: list[Extent] = []
    for start, stop in sorted(marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
