"""Bytes to text: byte-order mark, then what is declared, then UTF-8, then the likeliest of the rest."""

import codecs
import re
from collections.abc import Iterable, Sequence

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins the same way
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python's codecs also hold escapes, compressors and IDNA, which are no encodings of documents.
_OF_DOCUMENTS = re.compile(
    r"utf-8|utf-16-[bl]e|cp\d+|iso8859-\d+|koi8-[rtu]|gb\w+|big5\w*|euc_\w+|shift_jis\w*|iso2022_\w+|mac-\w+|hz|tis-620"
)
# What is meant by a label, where that is more than its standard says (WHATWG Encoding Standard).
_MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "utf-16": "utf-16-le"}
_LIKELIEST = "cp1252"
_TOLERATED_SHARE = 0.01
_SAMPLE_BYTES = 64 * 1024
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE | re.ASCII)
_PAGE_CHARSET = re.compile(rb"""<(?:meta\b[^>]*?\bcharset|\?xml[^>]*?\bencoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_PRESCANNED_BYTES = 4096


def labels_of_type(media_type: str) -> Sequence[str]:
    """The charset that a media type declares, if any."""
    return _CHARSET.findall(media_type)[:1]


def labels_of_page(raw: bytes) -> Sequence[str]:
    """The encoding that an HTML page declares within itself, if any."""
    labels = [label.decode("ascii", "replace") for label in _PAGE_CHARSET.findall(raw[:_PRESCANNED_BYTES])[:1]]
    # What is legible as ASCII is not in UTF-16, whatever it says.
    return [label for label in labels if not label.lower().startswith("utf-16")]


def decode(raw: bytes, declared: Iterable[str]) -> str | None:
    """Return the text of `raw`, None when it is no text; damaged characters are replaced."""
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(codec, "replace")
    for codec in filter(None, map(_codec, declared)):
        text = raw.decode(codec, "replace")
        if text.count(_REPLACEMENT) <= _TOLERATED_SHARE * len(text):
            return text
    text = raw.decode("utf-8", "replace")
    damaged = text.count(_REPLACEMENT)
    # Other encodings hardly ever form whole sequences of UTF-8: where those prevail, it is UTF-8 with damage.
    if not damaged or 2 * damaged <= len(text) - len(text.encode("ascii", "ignore")):
        return text
    sample = raw[:_SAMPLE_BYTES]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return raw.decode(_LIKELIEST, "replace") if controls <= _TOLERATED_SHARE * len(sample) else None


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _MEANT.get(name, name)
    return name if _OF_DOCUMENTS.fullmatch(name) else None
