"""HTML: visible text, the page's title, and the attributes title and alt."""

import re
from collections.abc import Iterator

from lxml import etree

from demobackend.adapters.extraction.encoding import decode
from demobackend.adapters.extraction.source import Source, Unreadable

_FED_CHARACTERS = 64 * 1024
_PRESCANNED_BYTES = 4096

_DECLARATION = re.compile(
    rb"""<!--.*?-->|<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:-]+)|<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)""",
    re.IGNORECASE | re.DOTALL,
)
# XHTML may close these at once; HTML would read all that follows as their content.
_CLOSED_AT_ONCE = re.compile(r"<(script|style|title|iframe|textarea|noscript)\b([^<>]*)/>", re.IGNORECASE)

_INVISIBLE = frozenset({"datalist", "iframe", "noembed", "noframes", "noscript", "script", "style", "template"})
_WITH_ALT = frozenset({"area", "img", "input"})
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
# Everything that a browser does not set in line with its neighbours; every other tag, also an unknown one, leaves a word whole.
_SEPARATING = frozenset({
    "address", "article", "aside", "audio", "blockquote", "body", "br", "button", "canvas", "caption", "center", "col", "colgroup", "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "embed", "fieldset", "figcaption", "figure", "footer", "form", "frame", "frameset",
    "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "img", "input", "legend", "li", "listing", "main",
    "map", "menu", "meter", "nav", "object", "ol", "optgroup", "option", "p", "plaintext", "pre", "progress", "search", "section",
    "select", "summary", "svg", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "title", "tr", "ul", "video", "xmp",
})  # fmt: skip


def pieces(source: Source) -> Iterator[str]:
    """Yield the text, a block to a line. No tree is built, so nesting has no limit. Raises `Unreadable`."""
    raw = source.read()
    text = decode(raw, declared=(source.charset, _declared(raw)), is_cut=source.is_cut)
    if text is None:
        raise Unreadable("broken")
    if text.startswith("<?xml"):
        # The declaration is dropped: it names the encoding of bytes, and these are characters.
        text = _CLOSED_AT_ONCE.sub(r"<\1\2></\1>", text.partition("?>")[2])
    page = _Page()
    parser = etree.HTMLParser(target=page, huge_tree=True)
    for start in range(0, len(text), _FED_CHARACTERS):
        parser.feed(text[start : start + _FED_CHARACTERS])
        yield from page.taken()
    if text:
        parser.close()
    yield from page.taken()


def _declared(raw: bytes) -> str:
    for xml, meta in _DECLARATION.findall(raw[:_PRESCANNED_BYTES]):
        label: str = (xml or meta).decode("ascii", "replace")
        # A declaration that is legible as ASCII is not in UTF-16, whatever it says.
        if label and not label.lower().startswith("utf-16"):
            return label
    return ""


class _Page:
    """Collects lines from the parser's events. Ruby text and title attributes wait for the line's end, so that they tear no word."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._aside: list[str] = []
        self._ruby = 0
        self._invisible = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._invisible or tag in _INVISIBLE or (attributes and _is_hidden(attributes)):
            self._invisible += 1
            return
        if tag in _SEPARATING:
            self._end_line()
        if tag in _WITH_ALT and (alt := attributes.get("alt")):
            self._line.append(f" {alt} ")
        if title := attributes.get("title"):
            self._aside.append(f" {title} ")
        self._ruby += tag in ("rt", "rp")

    def end(self, tag: str) -> None:
        if self._invisible:
            self._invisible -= 1
            return
        if tag in _SEPARATING:
            self._end_line()
        if tag in ("rt", "rp") and self._ruby:
            self._ruby -= 1
            self._aside.append(" ")

    def data(self, text: str) -> None:
        if not self._invisible:
            (self._aside if self._ruby else self._line).append(text)

    def close(self) -> None:
        self._end_line()

    def taken(self) -> list[str]:
        lines, self._lines = self._lines, []
        return lines

    def _end_line(self) -> None:
        for parts in (self._line, self._aside):
            if parts:
                line = " ".join("".join(parts).split())
                self._lines.append(f"{line}\n" if line else "")
                parts.clear()


def _is_hidden(attributes: dict[str, str]) -> bool:
    return "hidden" in attributes or ("style" in attributes and _HIDDEN_STYLE.search(attributes["style"]) is not None)
