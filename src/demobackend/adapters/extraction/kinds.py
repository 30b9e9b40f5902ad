"""Which parser a file needs, told from its media type or, failing that, from its name and first bytes."""

import re
from enum import StrEnum
from pathlib import PurePosixPath

HEAD_BYTES = 64 * 1024
"""How much of the content `kind_of` looks at."""

_PDF_HEADER_BYTES = 1024
_LABEL = re.compile(r"[\w.:+-]{1,40}", re.ASCII)
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

# What browsers and clients send when they do not know; a docx is a zip to many of them.
_GENERIC = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/unknown", "application/zip", "application/x-zip-compressed"}
)


class Kind(StrEnum):
    """A parser, named after its module: `<kind>_text.py`."""

    PLAIN = "plain"
    HTML = "html"
    JSON = "json"
    PDF = "pdf"
    DOCX = "docx"

    @property
    def is_read_whole(self) -> bool:
        """Whether the beginning of such a file is of no use without its end."""
        return self in (Kind.PDF, Kind.DOCX)


_BY_TYPE = {
    "text/html": Kind.HTML,
    "application/xhtml+xml": Kind.HTML,
    "application/json": Kind.JSON,
    "application/x-ndjson": Kind.JSON,
    "text/json": Kind.JSON,
    "application/pdf": Kind.PDF,
    "application/x-pdf": Kind.PDF,
    _DOCX: Kind.DOCX,
    "application/markdown": Kind.PLAIN,
    "application/csv": Kind.PLAIN,
}
_BY_EXTENSION = {
    ".txt": Kind.PLAIN,
    ".text": Kind.PLAIN,
    ".log": Kind.PLAIN,
    ".md": Kind.PLAIN,
    ".markdown": Kind.PLAIN,
    ".csv": Kind.PLAIN,
    ".tsv": Kind.PLAIN,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".json": Kind.JSON,
    ".pdf": Kind.PDF,
    ".docx": Kind.DOCX,
}


def kind_of(media_type: str, name: str, head: bytes) -> Kind | None:
    """Return the kind of a file that begins with `head` (up to `HEAD_BYTES` bytes), None if there is no text in its type."""
    essence = media_type.partition(";")[0].strip().lower()
    if essence in _GENERIC:
        return _BY_EXTENSION.get(PurePosixPath(name.lower()).suffix) or _by_content(head)
    if essence in _BY_TYPE:
        return _BY_TYPE[essence]
    if essence.endswith("+json"):
        return Kind.JSON
    return Kind.PLAIN if essence.startswith("text/") else None


def charset_of(media_type: str) -> str:
    """Return the media type's charset parameter, "" if it has none that can be the name of an encoding."""
    for parameter in media_type.split(";")[1:]:
        key, _, value = parameter.partition("=")
        label = value.strip().strip("\"'")
        if key.strip().lower() == "charset" and _LABEL.fullmatch(label):
            return label
    return ""


def _by_content(head: bytes) -> Kind | None:
    if b"%PDF-" in head[:_PDF_HEADER_BYTES]:
        return Kind.PDF
    if head.startswith(b"PK\x03\x04") and b"word/document" in head:
        return Kind.DOCX
    return None
