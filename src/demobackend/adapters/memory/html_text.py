"""HTML as lines: visible text, the page's title, and the attributes title and alt.

The tokens are read here because `html.parser` takes quadratic time over some broken pages. Each pattern below matches wherever
it begins to, at the latest by running to the end, so no character is looked at more than a few times.
"""

import re
from collections.abc import Iterator
from html import unescape

_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+|(?=>|\Z)))?+"""
_TOKEN = re.compile(
    rf"""(?P<text>[^<]++)
      | <!--(?:-?>|.*?(?:--!?>|\Z))
      | <(?:[!?]|/(?![a-zA-Z]))[^>]*+>?
      | </(?P<end>[a-zA-Z][^\s/>]*+)(?:[\s/]|{_ATTRIBUTE})*+>?
      | <(?P<start>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[\s/]|{_ATTRIBUTE})*+)>?
      | (?P<loose><)""",
    re.DOTALL | re.VERBOSE,
)
_NAME_AND_VALUE = re.compile(r"""([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)|'([^']*+)|([^\s>"'][^\s>]*+))?+)?+["']?""")
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)

# Their content is characters up to their own end tag, whatever it looks like.
_RAW = {
    tag: re.compile(rf".*?(?=</{tag}[\s/>]|\Z)", re.IGNORECASE | re.DOTALL)
    for tag in ("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp")
}
_INVISIBLE = frozenset({"datalist", "iframe", "noembed", "noframes", "noscript", "script", "style", "template"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_WITH_ALT = frozenset({"area", "img", "input"})
# What a browser does not set in line with its neighbours; every other tag, also an unknown one, leaves a word whole.
_SEPARATING = frozenset({
    "address", "article", "aside", "audio", "blockquote", "body", "br", "button", "canvas", "caption", "center", "col", "colgroup", "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "embed", "fieldset", "figcaption", "figure", "footer", "form", "frame", "frameset", "h1",
    "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "img", "input", "legend", "li", "listing", "main", "map",
    "menu", "meter", "nav", "object", "ol", "optgroup", "option", "p", "plaintext", "pre", "progress", "search", "section", "select",
    "summary", "svg", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "title", "tr", "ul", "video", "xmp",
})  # fmt: skip
# Beginnings that end an element whose own end tag was left out.
_ENDED_BY = {
    "p": _SEPARATING,
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option", "optgroup"}),
    "td": frozenset({"td", "th", "tr"}),
    "th": frozenset({"td", "th", "tr"}),
    "tr": frozenset({"tr"}),
}


def lines_of_html(text: str) -> Iterator[str]:
    """Yield the text, a block to a line."""
    page = _Page()
    position = 0
    while match := _TOKEN.match(text, position):
        position = match.end()
        if plain := match["text"] or match["loose"]:
            page.read(_unescaped(plain))
        elif tag := (match["end"] or "").lower():
            page.end(tag)
        elif tag := (match["start"] or "").lower():
            is_closed = match["attributes"].endswith("/")
            page.start(tag, _attributes(match["attributes"]), is_closed=is_closed)
            if not is_closed and tag in _RAW and (content := _RAW[tag].match(text, position)):
                page.read(_unescaped(content[0]))
                position = content.end()
        if len(page.lines) > 1000:
            yield from page.taken()
    page.end_line()
    yield from page.taken()


class _Page:
    """Collects lines. Ruby text and title attributes wait for the line's end, so that they tear no word."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._aside: list[str] = []
        self._hidden = ""  # the tag whose end makes the page visible again, and how many of these are open
        self._depth = 0
        self._is_ruby_text = False

    def start(self, tag: str, attributes: dict[str, str], *, is_closed: bool) -> None:
        if self._hidden and tag not in _ENDED_BY.get(self._hidden, ()):
            self._depth += tag == self._hidden and not is_closed
            return
        self._hidden = ""
        if tag in _INVISIBLE or "hidden" in attributes or _HIDDEN_STYLE.search(attributes.get("style", "")):
            if tag not in _VOID and not is_closed:
                self._hidden, self._depth = tag, 1
            return
        if tag in _SEPARATING:
            self.end_line()
        if tag in _WITH_ALT:
            self._line.append(f" {attributes.get('alt', '')} ")
        self._aside.append(f" {attributes.get('title', '')} ")
        if tag in {"rt", "rp"}:
            self._is_ruby_text = not is_closed

    def end(self, tag: str) -> None:
        if self._hidden:
            self._depth -= tag == self._hidden
            self._hidden = self._hidden if self._depth else ""
            return
        if tag in _SEPARATING:
            self.end_line()
        if tag in {"rt", "rp", "ruby"} and self._is_ruby_text:
            self._is_ruby_text = False
            self._aside.append(" ")

    def read(self, text: str) -> None:
        if not self._hidden:
            (self._aside if self._is_ruby_text else self._line).append(text)

    def taken(self) -> list[str]:
        lines, self.lines = self.lines, []
        return lines

    def end_line(self) -> None:
        for parts in (self._line, self._aside):
            if line := " ".join("".join(parts).split()):
                self.lines.append(f"{line}\n")
            parts.clear()


def _attributes(text: str) -> dict[str, str]:
    # Of two attributes with one name the first counts.
    found = reversed(_NAME_AND_VALUE.findall(text))
    return {name.lower(): _unescaped(double or single or bare) for name, double, single, bare in found}


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # a reference of more digits than Python makes a number of
        return text
