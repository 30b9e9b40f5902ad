"""What each character is to the analysis: kind, bare letter, and whether it stands alone when it is folded.

The tables fill as characters are met: Python knows no scripts except by the names of characters, and reading all names takes
longer than a cold start may.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import groupby

SEPARATOR, MARK, NONSPACING = " ", "m", "n"
BARE_LETTER, MARKED_LETTER, OTHER_LETTER = "l", "p", "w"
HAN, KANA, HANGUL = "h", "k", "g"
BIGRAM_KINDS = (HAN, KANA)

ALONE, EXPANDED, JOINED = "1", "x", "\uffff"
"""How a character folds: into one, into several, or not without the one before it. The last is a noncharacter: rare, yet in any text."""

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""Soft hyphen and zero-width characters: Unicode's Default_Ignorable_Code_Point but for the Hangul fillers, which are letters."""

_SCRIPTS_WITHOUT_MARKS = ("LATIN ", "GREEK ", "CYRILLIC ", "HEBREW ", "ARABIC ")
_KIND_OF_NAME = (
    (HAN, ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "HANGZHOU", "IDEOGRAPHIC", "VERTICAL IDEOGRAPHIC")),
    (KANA, ("HIRAGANA", "KATAKANA", "HENTAIGANA", "VERTICAL KANA")),
    (HANGUL, ("HANGUL",)),
)


def kind_of(char: str) -> str:
    """One of the kinds above, for a character of a text that is in NFKC and case-folded."""
    category = unicodedata.category(char)
    if category[0] == "M":
        return NONSPACING if category == "Mn" else MARK
    if category[0] not in "LN":
        return SEPARATOR
    name = unicodedata.name(char, "")
    for kind, beginnings in _KIND_OF_NAME:
        if name.startswith(beginnings):
            return kind
    if category[0] == "L" and name.startswith(_SCRIPTS_WITHOUT_MARKS):
        return BARE_LETTER if without_marks(char) == char else MARKED_LETTER
    return OTHER_LETTER


def without_marks(char: str) -> str:
    """The letter that remains when its canonical decomposition loses the marks of category Mn."""
    return "".join(part for part in unicodedata.normalize("NFD", char) if unicodedata.category(part) != "Mn")


def bare_letter(char: str) -> str:
    """The letter without its marks where it is one that loses them, else the character itself."""
    return without_marks(char) if kind_of(char) == MARKED_LETTER else char


class CharacterTable(dict[int, str]):
    """A table for `str.translate` that asks for each character once.

    Unassigned, private and surrogate characters are asked for each time: kept, they would let one odd file fill the memory.
    """

    __slots__ = ("_of",)

    def __init__(self, of: Callable[[str], str]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, code: int) -> str:
        char = chr(code)
        value = self._of(char)
        if unicodedata.category(char) not in ("Cn", "Co", "Cs"):
            self[code] = value
        return value


KINDS = CharacterTable(kind_of)
BARE_LETTERS = CharacterTable(bare_letter)


def begins_bigrams(token: str) -> bool:
    """Whether this token is of Han or Kana, so one of several that overlap."""
    return KINDS[ord(token[0])] in BIGRAM_KINDS


def joins_the_one_before(char: str) -> bool:
    """Whether folding may merge this character with what stands before it: marks, invisible ones, vowels and finals of Hangul."""
    if INVISIBLE.match(char) or may_end_a_syllable(char):
        return True
    return unicodedata.category(unicodedata.normalize("NFKC", char)[0])[0] == "M"


def may_end_a_syllable(char: str) -> bool:
    """Whether this is a vowel or final of Hangul, which folding merges with a beginning of a syllable, and with nothing else."""
    return "\u1160" <= unicodedata.normalize("NFKC", char)[0] <= "\u11ff"


def with_marks_in_order(text: str) -> str:
    """A text of the same NFKC once invisible characters are removed: taken apart, its marks in canonical order.

    Normalizing sorts the marks upon a letter in quadratic time, a second for 32,768 of them; marks in order it only passes.
    """
    parts = "".join([unicodedata.normalize("NFKD", char) for char in INVISIBLE.sub("", text)])
    runs = groupby(parts, key=lambda char: unicodedata.combining(char) > 0)
    return "".join(["".join(sorted(run, key=unicodedata.combining) if are_marks else run) for are_marks, run in runs])
