"""Plain text, Markdown and CSV: the characters as they stand."""

from collections.abc import Iterator

from demobackend.adapters.extraction.encoding import decode
from demobackend.adapters.extraction.source import Source, Unreadable

_PIECE_CHARACTERS = 1024 * 1024


def pieces(source: Source) -> Iterator[str]:
    """Yield the text. Raises `Unreadable` for bytes that are no text in any encoding."""
    text = decode(source.read(), declared=(source.charset,), is_cut=source.is_cut)
    if text is None:
        raise Unreadable("broken")
    for start in range(0, len(text), _PIECE_CHARACTERS):
        yield text[start : start + _PIECE_CHARACTERS]
