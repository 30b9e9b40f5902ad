"""Wire models of search."""

from typing import Annotated, Literal, TypedDict

from pydantic import Field

from demobackend.api.models.files import FileOut, file_out
from demobackend.api.models.wire import InstantQuery, PageQuery, Text
from demobackend.domain.model.search import FoundFile, SearchAnswer
from demobackend.domain.model.text.query import LONGEST_QUERY
from demobackend.domain.use_cases.search.search_files import Scope, SearchConditions


class SearchQuery(PageQuery):
    """Words and conditions."""

    q: Annotated[Text, Field(json_schema_extra={"maxLength": LONGEST_QUERY})]
    scope: Literal["mine", "shared", "all"] = "all"
    media_type: Text | None = None
    tag: Text | None = None
    created_after: InstantQuery | None = None
    created_before: InstantQuery | None = None

    def conditions(self) -> SearchConditions:
        """What the file must be."""
        media_type = self.media_type and self.media_type.partition(";")[0].strip().lower()
        return SearchConditions(
            scope=Scope(self.scope),
            media_type=media_type,
            tag=self.tag,
            created_after=self.created_after,
            created_before=self.created_before,
        )


class PieceOut(TypedDict):
    """A piece of a snippet; `match` tells whether it is what was searched for."""

    text: str
    match: bool


class HitOut(TypedDict):
    """A file that matches; scores compare within one answer only."""

    file: FileOut
    score: float
    snippet: list[PieceOut]


class SearchOut(TypedDict):
    """A page of hits, best first; `total` is exact."""

    items: list[HitOut]
    total: int
    next_cursor: str | None
    degraded: bool


def search_out(answer: SearchAnswer, next_cursor: str | None) -> SearchOut:
    """The answer with its sealed cursor."""
    hits = [_hit_out(found) for found in answer.found]
    return {"items": hits, "total": answer.total, "next_cursor": next_cursor, "degraded": answer.degraded}


def _hit_out(found: FoundFile) -> HitOut:
    pieces: list[PieceOut] = [{"text": piece.text, "match": piece.match} for piece in found.snippet]
    return {"file": file_out(found.file), "score": found.score, "snippet": pieces}
