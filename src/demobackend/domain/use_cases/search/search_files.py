"""Find one's files by words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from demobackend.domain.model.caller import Caller
from demobackend.domain.model.file import FileStatus
from demobackend.domain.model.search import FoundFile, SearchAnswer, SearchRequest
from demobackend.domain.model.text.query import parse_query
from demobackend.ports.file_catalog import FileCatalog
from demobackend.ports.search_index import SearchIndex


class Scope(StrEnum):
    """Whose files: one's own, those that others share, or both."""

    MINE = "mine"
    SHARED = "shared"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchConditions:
    """What the file must be, beside the words; all given conditions hold."""

    scope: Scope = Scope.ALL
    media_type: str | None = None
    tag: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class SearchFiles:
    """Ask the index, then believe the catalogue: a stale hit is dropped, never shown."""

    index: SearchIndex
    catalog: FileCatalog

    def __call__(self, caller: Caller, q: str, conditions: SearchConditions, *, limit: int, after: str | None) -> SearchAnswer:
        """Return confirmed hits, best first. Raises `InvalidInput` (`query_too_long`, `too_many_terms`), `Malformed`, `Unavailable`."""
        query = parse_query(q)
        if query.matches_nothing or conditions.scope is Scope.SHARED:  # nobody can share files with you yet
            return SearchAnswer(found=(), total=0)
        request = SearchRequest(
            owner_id=caller.user_id,
            query=query,
            media_type=conditions.media_type,
            tag=conditions.tag,
            created_after=conditions.created_after,
            created_before=conditions.created_before,
        )
        answer = self.index.search(request, limit=limit, after=after)
        files = self.catalog.get_many(caller.user_id, tuple(hit.file_id for hit in answer.hits)) if answer.hits else {}
        found = tuple(
            [
                FoundFile(file=file, score=hit.score, snippet=hit.snippet)
                for hit in answer.hits
                if (file := files.get(hit.file_id)) is not None and file.status is FileStatus.AVAILABLE
            ]
        )
        dropped = len(answer.hits) - len(found)
        return SearchAnswer(found=found, total=answer.total - dropped, next=answer.next)
