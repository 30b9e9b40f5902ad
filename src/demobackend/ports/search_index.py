"""The search index: words to files."""

from collections.abc import Iterable
from typing import Protocol

from demobackend.domain.model.extraction import Extraction
from demobackend.domain.model.ids import FileId, UserId
from demobackend.domain.model.search import Hits, IndexedFile, Rebuilt, RemovedFile, SearchRequest


class SearchIndex(Protocol):
    """Finds files by the domain's tokens; it never analyses text by itself. What `put` and `remove` did is seen by later searches.

    For each file the highest revision wins, whatever the order of calls: the index cannot go back. An owner's search sees that
    owner's files only. Everything in it can be built again from the catalogue and the bytes. Every method raises `Unavailable`
    when the index does not answer in time. Source: OpenSearch external versions; docs/ports.md#search-index.
    """

    def put(self, file: IndexedFile) -> None:
        """Hold this file, unless a higher revision of it was put or removed.

        Raises `TooLarge` when it has more text than the index takes, `Unavailable`; then nothing changed.
        """
        ...

    def remove(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        """Hold nothing of the file, unless a higher revision of it was put; later puts of this revision or lower are ignored.

        Raises `Unavailable`.
        """
        ...

    def forget(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        """As `remove`, for a file that is gone for good: nothing puts it again, so that it was removed need not be kept.

        Raises `Unavailable`.
        """
        ...

    def rebuild(self, files: Iterable[IndexedFile | RemovedFile]) -> Rebuilt:
        """Hold these files, what else is put from now on, and nothing else, whatever revisions were held before.

        `files` is asked for its first one when every change from then on is followed: who looks files up as they are asked for,
        misses none. They are put as by `put` and removed as by `remove`, so that changes made meanwhile win or lose by their
        revision. Until the end searches find every file that was held, old or new, unless it is removed meanwhile. When the
        rebuild or `files` raises, they go on finding it. A file that the index cannot hold is refused by itself.

        Raises `Unavailable`, also when more than 100 files are refused, or when another rebuild was begun meanwhile.
        """
        ...

    def text_of(self, owner_id: UserId, file_id: FileId, *, version: int) -> Extraction | None:
        """Return the text held for these contents of the file, None when the index has none or other ones. Raises `Unavailable`."""
        ...

    def search(self, request: SearchRequest, *, limit: int, after: str | None) -> Hits:
        """Return up to `limit` (1-100) files that match exactly as `domain.model.text.matching.matches` says, best first.

        Only the newest 2,000 matches need be ranked; older ones may follow them, newest first, with score 0. A walk through
        all pages shows each file once. A query that matches nothing gives no hits. Raises `Malformed` for an `after` that it
        did not make, `Unavailable`.
        """
        ...
