"""search: files by their words."""

import re
import sys
from typing import Annotated

from cyclopts import Parameter

from demobackend_cli.api import get
from demobackend_cli.invocation import Given, Limit
from demobackend_cli.output import console, print_json, print_row, say, shown
from demobackend_cli.session import signed_in
from demobackend_cli.wire import Found, Hit


def search(
    *words: Annotated[str, Parameter(name="WORD", required=True, help="What to find; several are one query.")],
    limit: Limit = 20,
    tag: Annotated[str | None, Parameter(help="Only files with this tag.")] = None,
    media_type: Annotated[str | None, Parameter(help="Only files of this type.")] = None,
    given: Given,
) -> None:
    """Find files by the words in their names, tags, descriptions and texts.

    Words that all must be there: herons estuary. A phrase: '"crossed the estuary"'. The beginning of a word: estu*.
    """
    conditions = {"tag": tag, "media_type": media_type}
    chosen = {name: value for name, value in conditions.items() if value is not None}
    with signed_in(given) as session:
        answer = session.ask(get("/v1/search", q=" ".join(words), limit=limit, **chosen))
    found = answer.read(Found)
    if given.as_json:
        print_json(found)
    elif sys.stdout.isatty():
        for hit in found["items"]:
            _show(hit)
    else:
        for hit in found["items"]:
            print_row(hit["file"]["id"], hit["file"]["name"], _on_one_line("".join(piece["text"] for piece in hit["snippet"])))
    say(f"{len(found['items'])} of {found['total']} found." if found["items"] else "Nothing found.")
    if found["degraded"]:
        say("The index is not at its best: texts may be missing from this answer.")


def _show(hit: Hit) -> None:
    """Name and id, and below them the snippet with what was searched for in bold."""
    from rich.text import Text

    out = console(stderr=False)
    out.print(Text.assemble((shown(hit["file"]["name"]), "underline"), "  ", (hit["file"]["id"], "dim")), soft_wrap=True)
    pieces = ((_on_one_line(piece["text"]), "bold" if piece["match"] else "") for piece in hit["snippet"])
    out.print(Text.assemble(*pieces), end="\n\n")


def _on_one_line(text: str) -> str:
    """Blanks and lines' ends as one blank each run; those at a piece's ends part it from its neighbours."""
    return shown(re.sub(r"\s+", " ", text))
