"""Bytes to text: byte-order mark, then what is declared, then UTF-8, then detection."""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What pages mean by a label, where it is more than the standard of that name (WHATWG Encoding Standard, "Names and labels").
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-16-le",
}
# In order of preference among equally likely ones. Only what documents are written in: EBCDIC and Mac code pages make every
# short text ambiguous.
_DETECTED = (
    "cp1252", "cp1251", "koi8_r", "cp932", "euc_jp", "gb18030", "big5", "cp949", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256",
    "cp1257", "cp874", "cp866", "iso8859_7",
)  # fmt: skip
# Python's codecs also hold escapes, compressors and IDNA; these are the ones that are encodings of documents.
_DECLARABLE = frozenset(_DETECTED) | frozenset(_MEANT.values()) | frozenset(
    {"utf-8", "utf-16-be", "iso2022_jp", "koi8-u", "koi8-r", "mac-roman", "mac-cyrillic", "hz", "cp437", "cp850", "cp852", "cp1258"}
) | frozenset(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16))  # fmt: skip

_SAMPLE_BYTES = 64 * 1024
_TOLERATED_SHARE = 0.01
_TOLERATED_CONTROLS = 2
_ASCII = bytes(range(128))
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def decode(raw: bytes, *, declared: tuple[str, ...], is_cut: bool) -> str | None:
    """Return the text of `raw`, None if it is no text. `declared` are labels, the most trusted first; damaged characters are replaced.

    `is_cut` says that `raw` may end within a character.
    """
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return _decoded(raw[len(mark) :], codec, is_cut)
    for codec in filter(None, map(_codec, declared)):
        text = _as_declared(raw, codec, is_cut)
        if text is not None:
            return text
    if utf16 := _unmarked_utf16(raw):
        return _decoded(raw, utf16, is_cut)
    text = _utf8(raw, is_cut)
    return _detected(raw, is_cut) if text is None else text


def _decoded(raw: bytes, codec: str, is_cut: bool) -> str:
    return codecs.getincrementaldecoder(codec)("replace").decode(raw, final=not is_cut)


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):  # ValueError: a NUL within the label
        return None
    name = _MEANT.get(name, name)
    return name if name in _DECLARABLE else None


def _as_declared(raw: bytes, codec: str, is_cut: bool) -> str | None:
    if codec == "utf-8":
        return _utf8(raw, is_cut)
    text = _decoded(raw, codec, is_cut)
    return text if text.count(_REPLACEMENT) <= len(text) * _TOLERATED_SHARE else None


def _unmarked_utf16(raw: bytes) -> str | None:
    """UTF-16 without a mark has many NULs, all in even or all in odd places: its blanks and line ends at least are ASCII."""
    sample = raw[:_SAMPLE_BYTES]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if (even and odd) or even + odd < max(4, len(sample) // 50):
        return None
    return "utf-16-be" if even else "utf-16-le"


def _utf8(raw: bytes, is_cut: bool) -> str | None:
    """The text if it is UTF-8, or was before some bytes were damaged: other encodings hardly ever form whole UTF-8 sequences."""
    text = _decoded(raw, "utf-8", is_cut)
    damaged = text.count(_REPLACEMENT)
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore")) if damaged else 0
    return None if 2 * damaged > beyond_ascii else text


def _detected(raw: bytes, is_cut: bool) -> str | None:
    from charset_normalizer import from_bytes

    sample = _telling_part(raw)
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > max(_TOLERATED_CONTROLS, len(sample) * _TOLERATED_SHARE):
        return None
    guesses = from_bytes(sample, cp_isolation=list(_DETECTED))
    ranks = [(guess.chaos, -guess.coherence, min(map(_rank, guess.could_be_from_charset))) for guess in guesses]
    return _decoded(raw, _DETECTED[min(ranks)[2] if ranks else 0], is_cut)


def _rank(codec: str) -> int:
    return _DETECTED.index(codec)


def _telling_part(raw: bytes) -> bytes:
    """Whole lines from the first that is not plain ASCII. In no encoding that is looked for can LF be a part of another character."""
    first = len(raw) - len(raw.lstrip(_ASCII))
    start = raw.rfind(b"\n", 0, first) + 1
    start = start if first - start < _SAMPLE_BYTES // 2 else first
    sample = raw[start : start + _SAMPLE_BYTES]
    end = sample.rfind(b"\n") + 1
    return sample[: end or None] if len(sample) == _SAMPLE_BYTES else sample
