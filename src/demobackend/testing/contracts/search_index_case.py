"""The hook of the search index's contract, and the steps that its tests share."""

from abc import abstractmethod
from datetime import datetime

from demobackend.domain.model.ids import FileId, UserId
from demobackend.domain.model.search import Hit, Hits, SearchRequest
from demobackend.domain.model.text.query import parse_query
from demobackend.ports.search_index import SearchIndex
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.samples import OWNER, sample_indexed_file


class SearchIndexCase(Contract):
    """The hook."""

    @abstractmethod
    def empty_index(self) -> SearchIndex:
        """Return an index without a file."""


def request(
    query: str,
    *,
    owner_id: UserId = OWNER,
    media_type: str | None = None,
    tag: str | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
) -> SearchRequest:
    """The question as people type it."""
    return SearchRequest(
        owner_id=owner_id,
        query=parse_query(query),
        media_type=media_type,
        tag=tag,
        created_after=created_after,
        created_before=created_before,
    )


def search(index: SearchIndex, query: str, *, owner_id: UserId = OWNER, limit: int = 100) -> Hits:
    """The first page."""
    return index.search(request(query, owner_id=owner_id), limit=limit, after=None)


def hits_of(pages: list[Hits]) -> list[Hit]:
    """All hits of an answer, best first."""
    return [hit for page in pages for hit in page.hits]


def numbers_of(hits: Hits | list[Hit]) -> list[int]:
    """Which sample files were found, in order."""
    found = hits.hits if isinstance(hits, Hits) else hits
    return [_NUMBERS[hit.file_id] for hit in found]


_NUMBERS: dict[FileId, int] = {sample_indexed_file(number).file_id: number for number in range(100)}
