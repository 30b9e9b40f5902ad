"""The piece of a document that shows why it was found, with the matched words marked.

White space, control characters and lone surrogates are shown as one blank for each run of them; beyond that the joined pieces
are a part of the document as it stands. Nothing is escaped: the pieces are plain text, never HTML.
"""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from demobackend.domain.model.text.analysis import token_spans
from demobackend.domain.model.text.first_match import (
    Extent,
    Sought,
    character_end,
    first_match,
    matches_among,
    matches_in_ascii,
    whole_tokens,
)
from demobackend.domain.model.text.query import Field, Query

WIDTH = 160
"""Characters of a long field that a snippet shows at most."""

_PAIR = 2
"""Characters that a token of Han or Kana may reach beyond the one that it shows."""

_ASCII_WORDS = string.digits + string.ascii_letters
_ASCII_BORDERS = "".join(char for char in map(chr, range(128)) if char not in _ASCII_WORDS)
_ASCII_WORD_START = re.compile("(?<![0-9A-Za-z])[0-9A-Za-z]")
_UNSHOWN = re.compile("[\\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a snippet, never empty; `match` where it is what the query looked for."""

    text: str
    match: bool


class Snippets:
    """What a query shows of the documents that it finds, made ready once for all of them.

    A snippet shows the first match: in the text, else the description (at most `width` characters), else the whole name or tag.
    """

    def __init__(self, query: Query, *, width: int = WIDTH) -> None:
        wanted = [Sought.of(term) for term in query.wanted]
        self._for_text, self._for_description, self._for_name, self._for_tags = (
            [sought for sought in wanted if sought.term.looks_in(field)]
            for field in (Field.TEXT, Field.DESCRIPTION, Field.NAME, Field.TAGS)
        )
        self._width = width

    def of_text(self, text: str) -> tuple[Piece, ...]:
        """The snippet of a document with this text, empty if no wanted term occurs in that."""
        return _around_first(text, self._for_text, self._width)

    def of_facts(self, *, name: str, tags: tuple[str, ...], description: str) -> tuple[Piece, ...]:
        """The snippet of a document whose text has none; empty if no wanted term occurs in any of these either."""
        if pieces := _around_first(description, self._for_description, self._width) or _whole(name, self._for_name):
            return pieces
        return next((pieces for tag in tags if (pieces := _whole(tag, self._for_tags))), ())


def snippet(query: Query, *, name: str, tags: tuple[str, ...], description: str, text: str, width: int = WIDTH) -> tuple[Piece, ...]:
    """The snippet of one document, as `Snippets` has it."""
    snippets = Snippets(query, width=width)
    return snippets.of_text(text) or snippets.of_facts(name=name, tags=tags, description=description)


def _around_first(content: str, terms: Sequence[Sought], width: int) -> tuple[Piece, ...]:
    found = first_match(content, terms, width)
    if found is None:
        return ()
    start, stop = found
    lead = max(0, min(width // 4, width - (stop - start)))
    earliest = max(0, min(start - lead, len(content) - width))
    latest = min(len(content), earliest + width)
    low, high = max(0, earliest - 1), latest + _PAIR + 1
    window = content[low:high]
    if window.isascii():
        shown = _words_in_ascii(content, found, (earliest, latest), width)
        marks = [(low + first, low + last) for first, last in matches_in_ascii(terms, window)]
        whole = [mark for mark in marks if (mark[0] > low or not low) and (mark[1] < high or high >= len(content))]
        return _pieces(content, shown, [found, *whole])
    tokens = whole_tokens(content, low, high)
    begin = next((first for _, first, _ in tokens if earliest <= first <= start), start) if earliest else 0
    end = latest
    if latest < len(content):
        end = next((last for _, _, last in reversed(tokens) if start < last <= latest), 0)
        end = end or character_end(content, min(stop, start + width))
    return _pieces(content, (begin, end), [found, *matches_among(terms, tokens)])


def _words_in_ascii(content: str, found: Extent, within: Extent, width: int) -> Extent:
    """From the beginning of a word to the end of one, where words are what they look like."""
    start, stop = found
    begin, end = within
    if begin:
        word = _ASCII_WORD_START.search(content, begin, start + 1)
        begin = word.start() if word else start
    if end < len(content):
        words = content[start:end].rstrip(_ASCII_WORDS) if content[end] in _ASCII_WORDS else content[start:end]
        count = len(words.rstrip(_ASCII_BORDERS))
        end = start + count if count else min(stop, start + width)
    return begin, end


def _whole(content: str, terms: Sequence[Sought]) -> tuple[Piece, ...]:
    """All of it if it holds any match."""
    marks = matches_in_ascii(terms, content) if content.isascii() else matches_among(terms, token_spans(content))
    return _pieces(content, (0, len(content)), marks) if marks else ()


def _pieces(content: str, shown: Extent, marks: Sequence[Extent]) -> tuple[Piece, ...]:
    """The extent that is shown, cut where marks begin and end."""
    place, end = shown
    pieces: list[Piece] = []
    for start, stop in _merged(marks):
        if place < stop and start < end:
            if place < start:
                pieces.append(Piece(_shown(content[place:start]), match=False))
            place = min(stop, end)
            pieces.append(Piece(_shown(content[start:place]), match=True))
    if place < end:
        pieces.append(Piece(_shown(content[place:end]), match=False))
    return tuple(pieces)


def _shown(text: str) -> str:
    return text if text.isprintable() and "  " not in text else _UNSHOWN.sub(" ", text)


def _merged(marks: Sequence[Extent]) -> list[Extent]:
    merged: list[Extent] = []
    for start, stop in sorted(marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
