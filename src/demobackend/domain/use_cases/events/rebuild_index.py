"""Build the search index anew from the catalogue and the bytes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from demobackend.domain.model.errors import Corrupt, NotFound
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File, FileStatus, Indexing
from demobackend.domain.model.ids import FileId
from demobackend.domain.model.search import IndexedFile, Rebuilt, RemovedFile
from demobackend.domain.use_cases.events.project_file_change import ProjectFileChange, indexed
from demobackend.ports.file_catalog import FileCatalog
from demobackend.ports.search_index import SearchIndex

_MOST_UNREAD = 100
"""Files without readable bytes that a rebuild goes on without; where there are more, it is the store that is broken."""

type OnRead = Callable[[int], None]
"""Takes how many bytes the file has that was read."""


@dataclass(slots=True)
class _Tally:
    """What is to be told, and noted in the catalogue, when the rebuilt index is in use."""

    unread: list[FileId] = field(default_factory=list)
    news: list[tuple[File, TextStatus]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RebuildIndex:
    """Hand every file of the catalogue to the index, which follows all changes meanwhile. What is noted nowhere else, such as a
    removal whose file is gone for good, is not in the new index."""

    catalog: FileCatalog
    index: SearchIndex
    project_file_change: ProjectFileChange

    def __call__(self, *, read_again: bool = False, on_read: OnRead) -> Rebuilt:
        """Return how many files are in the index, and those that should be and are not, since they cannot be read or indexed.

        A text that the index holds is not read from the bytes again, unless `read_again` says so. Raises `Unavailable`, `Corrupt`
        when many files cannot be read; then searches find what they found before.
        """
        tally = _Tally()
        rebuilt = self.index.rebuild(self._files(tally, read_again=read_again, on_read=on_read))
        for file, status in tally.news:
            if file.id not in rebuilt.refused:
                self.catalog.mark_indexed(file.owner_id, file.id, revision=file.revision, text_status=status)
        return Rebuilt(rebuilt.files - len(rebuilt.refused), (*rebuilt.refused, *tally.unread))

    def _files(self, tally: _Tally, *, read_again: bool, on_read: OnRead) -> Iterator[IndexedFile | RemovedFile]:
        for file in self.catalog.every_file():
            if file.status is not FileStatus.AVAILABLE:
                yield RemovedFile(owner_id=file.owner_id, file_id=file.id, revision=file.revision)
                continue
            try:
                extraction = self.project_file_change.text(file, read_again=read_again)
            except (NotFound, Corrupt):
                tally.unread.append(file.id)
                if len(tally.unread) > _MOST_UNREAD:
                    raise Corrupt from None
                continue
            document = indexed(file, extraction)
            if file.indexing != Indexing(file.revision, document.text_status):
                tally.news.append((file, document.text_status))
            yield document
            on_read(file.size)
