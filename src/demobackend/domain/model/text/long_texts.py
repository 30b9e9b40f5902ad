"""The words of a text of any length, piece by piece: so much of its beginning as is searched."""

import re
from collections.abc import Iterator

from demobackend.domain.model.text.analysis import Segment, analyse

MAX_WORDS = 2_000_000
"""Words of a text that are searched: more than 10 MiB of prose has in a script with blanks between words."""

MAX_DISTINCT_WORDS = 250_000
"""Different words of a text that are searched. An index writes a list for each, while it takes no other write: SQLite needs 0.7 s
for so many, and over 25 s for the 3.5 million that 10 MiB may have."""

_PIECE = 8_192  # characters: some milliseconds, in which no other thread runs
_LONGEST_PIECE = 32_768
# A piece ends before one of these, since a mark that follows it belongs to it. None of them joins what stands before.
_BREAK = re.compile(r"[\s!-/:-@\[-`{-~、。，]")


def searched(text: str) -> tuple[str, Segment]:
    """The beginning of the text that is searched, and its words in order of position.

    The words are those of `analyse`, unless there are 32,768 characters in which no word can end: they are parted there. The
    beginning of a beginning is itself.
    """
    known: dict[str, str] = {}  # a word that comes often is held once
    words: list[str] = []
    end = 0
    for piece in pieces(text):
        before = len(words)
        tokens = analyse(piece)
        words += map(known.setdefault, tokens, tokens)
        if len(words) > MAX_WORDS or len(known) > MAX_DISTINCT_WORDS:
            del words[before:]
            break
        end += len(piece)
    return text[:end], tuple(words)


def pieces(text: str, *, shortest: int = _PIECE, longest: int = _LONGEST_PIECE) -> Iterator[str]:
    """The text in parts of about `shortest` characters, so that the words of the parts are those of the text; where no word can end
    in `longest` characters, the part ends there."""
    start = 0
    while start < len(text):
        furthest = min(start + longest, len(text))
        found = _BREAK.search(text, start + shortest, furthest)
        end = found.start() if found else furthest
        yield text[start:end]
        start = end
