"""Text of what the standard library can read: plain text, Markdown, CSV, JSON and HTML."""

from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import PurePosixPath
from typing import BinaryIO

from demobackend.adapters.memory.encodings import decode, labels_of_page, labels_of_type
from demobackend.adapters.memory.html_text import lines_of_html
from demobackend.adapters.memory.json_text import words_of_json
from demobackend.domain.model.errors import Unavailable
from demobackend.domain.model.extraction import MAX_TEXT_BYTES, Extraction, TextStatus

_CHUNK_BYTES = 1024 * 1024
_MOST_PLAIN_BYTES = 4 * MAX_TEXT_BYTES  # UTF-32 has four bytes where UTF-8 may have one
_MOST_MARKUP_BYTES = 16 * 1024 * 1024


class _Kind(Enum):
    """How a file is read."""

    PLAIN = "plain"
    HTML = "html"
    JSON = "json"


_GENERIC = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/unknown"})
_BY_TYPE = {
    "text/html": _Kind.HTML,
    "application/xhtml+xml": _Kind.HTML,
    "application/json": _Kind.JSON,
    "application/x-ndjson": _Kind.JSON,
    "text/json": _Kind.JSON,
    "application/csv": _Kind.PLAIN,
    "application/markdown": _Kind.PLAIN,
}
_BY_EXTENSION = {
    **dict.fromkeys((".txt", ".text", ".log", ".md", ".markdown", ".csv", ".tsv"), _Kind.PLAIN),
    **dict.fromkeys((".html", ".htm", ".xhtml"), _Kind.HTML),
    ".json": _Kind.JSON,
}


class MemoryTextExtractor:
    """Reads in this process, in time that grows with the length of the content only; a `TextExtractor`.

    For PDF, docx and all other types the status is `NONE`.
    """

    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        """Return the text of `content`. Raises `Unavailable` when the stream cannot be read."""
        kind = _kind(media_type, name)
        if kind is None:
            return Extraction("", TextStatus.NONE)
        raw, is_cut = _read(content, _MOST_PLAIN_BYTES if kind is _Kind.PLAIN else _MOST_MARKUP_BYTES)
        if is_cut and kind is _Kind.JSON:
            return Extraction("", TextStatus.UNREADABLE, "too_large")
        declared = [*labels_of_type(media_type), *(labels_of_page(raw) if kind is _Kind.HTML else ())]
        text = decode(raw, declared)
        if text is None:
            return Extraction("", TextStatus.UNREADABLE, "broken")
        try:
            return _limited(_READERS[kind](text), is_cut=is_cut)
        except ValueError:
            return Extraction("", TextStatus.UNREADABLE, "broken")


_READERS: dict[_Kind, Callable[[str], Iterable[str]]] = {
    _Kind.PLAIN: lambda text: (text,),
    _Kind.HTML: lines_of_html,
    _Kind.JSON: words_of_json,
}


def _kind(media_type: str, name: str) -> _Kind | None:
    essence = media_type.partition(";")[0].strip().lower()
    if essence in _GENERIC:
        return _BY_EXTENSION.get(PurePosixPath(name.lower()).suffix)
    if essence in _BY_TYPE:
        return _BY_TYPE[essence]
    if essence.endswith("+json"):
        return _Kind.JSON
    return _Kind.PLAIN if essence.startswith("text/") else None


def _read(content: BinaryIO, most: int) -> tuple[bytes, bool]:
    """Up to `most` bytes, and whether there are more. A plain stream may give fewer than it is asked for before its end."""
    raw = bytearray()
    try:
        while len(raw) <= most and (chunk := content.read(min(_CHUNK_BYTES, most + 1 - len(raw)))):
            raw += chunk
    except OSError as error:
        raise Unavailable("The contents cannot be read.") from error
    return bytes(raw[:most]), len(raw) > most


def _limited(pieces: Iterable[str], *, is_cut: bool) -> Extraction:
    text = bytearray()
    for piece in pieces:
        text += piece.replace("\0", "").encode(errors="replace")
        if len(text) > MAX_TEXT_BYTES:
            return Extraction(text[:MAX_TEXT_BYTES].decode(errors="ignore"), TextStatus.PARTIAL)
    return Extraction(text.decode(), TextStatus.PARTIAL if is_cut else TextStatus.INDEXED)
