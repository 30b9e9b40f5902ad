"""From the first page to the last."""

from demobackend.domain.model.file import File
from demobackend.domain.model.ids import UserId
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.search import Hits, SearchRequest
from demobackend.ports.file_catalog import FileCatalog
from demobackend.ports.search_index import SearchIndex
from demobackend.testing.samples import OWNER

EVERYTHING = FileFilter()
_MANY_PAGES = 1_000


def walk_files(
    catalog: FileCatalog,
    condition: FileFilter = EVERYTHING,
    order: FileOrder = FileOrder.NEWEST,
    *,
    owner_id: UserId = OWNER,
    limit: int = 2,
) -> list[File]:
    """All files of a listing."""
    page = catalog.list_files(owner_id, condition, order, limit=limit, after=None)
    files = list(page.items)
    for _ in range(_MANY_PAGES):
        if page.next is None:
            return files
        page = catalog.list_files(owner_id, condition, order, limit=limit, after=page.next)
        assert len(page.items) <= limit
        files += page.items
    raise AssertionError("The listing does not end.")


def walk_hits(index: SearchIndex, asked: SearchRequest, *, limit: int) -> list[Hits]:
    """All pages of an answer."""
    pages = [index.search(asked, limit=limit, after=None)]
    while (after := pages[-1].next) is not None:
        assert len(pages) < _MANY_PAGES, "The answer does not end."
        pages.append(index.search(asked, limit=limit, after=after))
        assert len(pages[-1].hits) <= limit
    return pages
