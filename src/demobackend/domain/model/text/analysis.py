"""The one analysis of documents, names, tags and queries: folding, then words in order of position.

A word is a run of letters, marks and digits, split where the script changes between Han, Kana, Hangul and all others; digits
belong to the others, so `2023年` is `2023` and `年`, and nothing parts a letter of the others from a digit. A run of n
Han or Kana characters makes n tokens at consecutive positions, the pairs c1c2, c2c3 … and at last cn alone, so that every
character begins exactly one token.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from demobackend.domain.model.text.characters import (
    ALONE,
    BARE_LETTER,
    BARE_LETTERS,
    BIGRAM_KINDS,
    EXPANDED,
    INVISIBLE,
    JOINED,
    KINDS,
    MARK,
    MARKED_LETTER,
    NONSPACING,
    SEPARATOR,
    CharacterTable,
    joins_the_one_before,
    may_end_a_syllable,
    with_marks_in_order,
)

Segment = tuple[str, ...]
"""Tokens in order of position."""

_ASCII_WORD = re.compile("[0-9a-z]+")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_FEW = 64
_MANY_JOINED = JOINED * 64  # more than any language writes upon one letter
_LOOSE_MARKS = re.compile("(?<![whkgmn])m*n[mn]*")
_RUN = re.compile("h[hmn]*|k[kmn]*|g[gmn]*|[lwmn]+")
_UNMARKED_RUN = re.compile("[hk]+|g+|[lw]+")
_CHARACTER = re.compile(".[mn]*")
_PIECE = re.compile(f"1+(?!{JOINED})|[1x]{JOINED}*|{JOINED}+")


@dataclass(frozen=True, slots=True)
class DocumentTokens:
    """What a document is found by: a segment for each field and for each tag."""

    name: Segment
    tags: tuple[Segment, ...]
    description: Segment
    text: Segment


def analyse_document(*, name: str, tags: Iterable[str], description: str, text: str) -> DocumentTokens:
    """Analyse each field, and each tag by itself, so that no phrase reaches from one into another."""
    return DocumentTokens(
        name=analyse(name),
        tags=tuple(analyse(tag) for tag in tags),
        description=analyse(description),
        text=analyse(text),
    )


def fold(text: str) -> str:
    """The text as it is compared; folding it again changes nothing.

    In this order: invisible characters removed, NFKC, full case folding, marks of category Mn dropped from letters of Latin,
    Greek, Cyrillic, Hebrew and Arabic (what case folding takes apart are such letters, so that no second NFKC is needed). A mark
    that stands on no letter is dropped too: NFKC makes such marks of free-standing accents, and `l´eau` must hold `eau`.
    """
    if text.isascii():
        return text.lower()
    folded = _translated(text)
    if JOINED not in folded:
        return folded
    return _folded(with_marks_in_order(text) if _MANY_JOINED in folded else text)


def _translated(text: str) -> str:
    """The text translated by `_FOLDED`; where it has few different characters beyond ASCII, each of them at all places at once."""
    bytes_beyond_ascii = len(text.encode(errors="surrogatepass")) - len(text)
    if bytes_beyond_ascii * 4 > len(text) or len(beyond := set(_BEYOND_ASCII.findall(text))) > _FEW:
        return text.translate(_FOLDED)
    for char in beyond:
        text = text.replace(char, _FOLDED[ord(char)])
    return text.casefold()  # changes nothing that is folded


def _folded(text: str) -> str:
    """`fold` by the book."""
    plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()
    kinds = plain.translate(KINDS)
    if MARKED_LETTER in kinds:
        plain = plain.translate(BARE_LETTERS)
        kinds = kinds.replace(MARKED_LETTER, BARE_LETTER)
    if NONSPACING in kinds and _LOOSE_MARKS.search(kinds):
        plain = unicodedata.normalize("NFKC", _without_loose_marks(plain, kinds))
    return plain


_FOLDED = CharacterTable(lambda char: JOINED if joins_the_one_before(char) else _folded(char))
"""Each character folded, or `JOINED` where that cannot be said of it alone; a text without such ones is folded at a stroke.

A text may hold the character that stands for `JOINED`, which folds into itself: such a text is folded the longer way, alike.
"""


def _manner(char: str) -> str:
    if joins_the_one_before(char):
        return JOINED
    return ALONE if len(_FOLDED[ord(char)]) == 1 else EXPANDED


_MANNERS = CharacterTable(_manner)


def _without_loose_marks(plain: str, kinds: str) -> str:
    parts: list[str] = []
    end = 0
    for marks in _LOOSE_MARKS.finditer(kinds):
        parts.append(plain[end : marks.start()])
        end = marks.end()
        if MARK in marks[0]:
            parts += [plain[place] for place in range(marks.start(), end) if kinds[place] == MARK]
    parts.append(plain[end:])
    return "".join(parts)


def analyse(text: str) -> Segment:
    """The tokens of a text in order of position."""
    tokens: list[str] = []
    for is_ascii, lines in groupby(text.splitlines(), str.isascii):
        block = "\n".join(lines)
        tokens += _ASCII_WORD.findall(block.lower()) if is_ascii else _tokens(fold(block))
    return tuple(tokens)


def _tokens(plain: str) -> Iterator[str]:
    kinds = plain.translate(KINDS)
    if MARK in kinds or NONSPACING in kinds:
        yield from (plain[start:end] for start, end in _token_offsets(kinds))
        return
    for run in _UNMARKED_RUN.finditer(kinds):
        start, end = run.span()
        if kinds[start] in BIGRAM_KINDS:
            yield from _bigrams(plain[start:end], kinds[start:end])
        else:
            yield plain[start:end]


def _bigrams(chars: str, kinds: str) -> list[str]:
    """Each character with the one after it, where that is of the same kind."""
    following = zip(chars, kinds, chars[1:] + SEPARATOR, kinds[1:] + SEPARATOR, strict=True)
    return [char + after if kind == kind_after else char for char, kind, after, kind_after in following]


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Each token of `analyse` with its start and end in the text as it was given, in characters; bigrams overlap."""
    return iter(token_spans(text))


def token_spans(text: str, origin: int = 0) -> list[tuple[str, int, int]]:
    """`spans` of a text that itself begins at `origin`, in characters of a longer one."""
    if text.isascii():
        return [(word[0], word.start() + origin, word.end() + origin) for word in _ASCII_WORD.finditer(text.lower())]
    plain, starts, ends = _mapped(text)
    offsets = _token_offsets(plain.translate(KINDS))
    return [(plain[start:end], starts[start] + origin, ends[end - 1] + origin) for start, end in offsets]


def _mapped(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """The folded text, and for each of its characters the start and end of what it was in the text."""
    folded = text.translate(_FOLDED)
    if len(folded) == len(text) and JOINED not in folded:
        return folded, range(len(text)), range(1, len(text) + 1)
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    manners = text.translate(_MANNERS)
    for piece in _PIECE.finditer(manners):
        start, end = piece.span()
        if manners[start] == ALONE and manners[end - 1] == ALONE:
            parts.append(fold(text[start:end]))
            starts += range(start, end)
            ends += range(start + 1, end + 1)
            continue
        for begin, stop in _joined(text, start, end):
            part = fold(text[begin:stop])
            parts.append(part)
            starts += [begin] * len(part)
            ends += [stop] * len(part)
    return "".join(parts), starts, ends


def _joined(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A character and those that may join it, parted where one does not: a vowel or final of Hangul joins nothing but its syllable."""
    for place in range(start + 1, end):
        if may_end_a_syllable(text[place]) and fold(text[start : place + 1]) == fold(text[start:place]) + fold(text[place]):
            yield start, place
            start = place
    yield start, end


def _token_offsets(kinds: str) -> Iterator[tuple[int, int]]:
    """Start and end of each token in a folded text of these kinds."""
    if MARK in kinds or NONSPACING in kinds:
        yield from _marked_token_offsets(kinds)
        return
    for run in _UNMARKED_RUN.finditer(kinds):
        start, end = run.span()
        if kinds[start] in BIGRAM_KINDS:
            yield from [(place, place + (1 if kinds[place] != kinds[place + 1] else 2)) for place in range(start, end - 1)]
            start = end - 1
        yield start, end


def _marked_token_offsets(kinds: str) -> Iterator[tuple[int, int]]:
    """The same where characters bear marks."""
    for run in _RUN.finditer(kinds):
        start, end = run.span()
        if kinds[start] in BIGRAM_KINDS:
            edges = [*(start + part.start() for part in _CHARACTER.finditer(kinds[start:end])), end]
            yield from zip(edges, edges[2:], strict=False)
            start = edges[-2]
        yield start, end
