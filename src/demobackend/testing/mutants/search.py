"""Wrong search indexes and text extractors."""

import dataclasses
from collections import Counter
from collections.abc import Iterable
from typing import BinaryIO

from demobackend.adapters.memory.search_index import MemorySearchIndex
from demobackend.adapters.memory.text_extractor import MemoryTextExtractor
from demobackend.domain.model.errors import Corrupt
from demobackend.domain.model.extraction import Extraction, TextStatus
from demobackend.domain.model.ids import FileId, UserId
from demobackend.domain.model.search import Hits, IndexedFile, Rebuilt, RemovedFile, SearchRequest
from demobackend.domain.model.text.query import Query
from demobackend.ports.search_index import SearchIndex
from demobackend.ports.text_extractor import TextExtractor
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.search_index import SearchIndexContract
from demobackend.testing.contracts.text_extractor import TextExtractorContract
from demobackend.testing.samples import OWNER


class _TakesAnyRevision(MemorySearchIndex):
    def __init__(self) -> None:
        super().__init__()
        self._puts = Counter[FileId]()

    def put(self, file: IndexedFile) -> None:
        self._puts[file.file_id] += 1
        super().put(dataclasses.replace(file, revision=self._puts[file.file_id]))

    def remove(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        super().remove(owner_id, file_id, revision=self._puts[file_id])


class _LeavesNoTombstone(MemorySearchIndex):
    def __init__(self) -> None:
        super().__init__()
        self._removals = Counter[FileId]()

    def put(self, file: IndexedFile) -> None:
        super().put(dataclasses.replace(file, revision=file.revision + 1_000 * self._removals[file.file_id]))

    def remove(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        super().remove(owner_id, file_id, revision=revision + 1_000 * self._removals[file_id])
        self._removals[file_id] += 1


class _KnowsNoOwners(MemorySearchIndex):
    def put(self, file: IndexedFile) -> None:
        super().put(dataclasses.replace(file, owner_id=OWNER))

    def remove(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        super().remove(OWNER, file_id, revision=revision)

    def search(self, request: SearchRequest, *, limit: int, after: str | None) -> Hits:
        return super().search(dataclasses.replace(request, owner_id=OWNER), limit=limit, after=after)


class _CountsThePage(MemorySearchIndex):
    def search(self, request: SearchRequest, *, limit: int, after: str | None) -> Hits:
        hits = super().search(request, limit=limit, after=after)
        return dataclasses.replace(hits, total=len(hits.hits))


class _HearsNoMinus(MemorySearchIndex):
    def search(self, request: SearchRequest, *, limit: int, after: str | None) -> Hits:
        return super().search(dataclasses.replace(request, query=Query(request.query.wanted)), limit=limit, after=after)


class _ExcludesBorders(MemorySearchIndex):
    def search(self, request: SearchRequest, *, limit: int, after: str | None) -> Hits:
        hits = super().search(request, limit=limit, after=after)
        if request.created_after is None:
            return hits
        held = self._shelves[request.owner_id].files
        kept = tuple(hit for hit in hits.hits if held[hit.file_id].created_at != request.created_after)
        return dataclasses.replace(hits, hits=kept, total=len(kept))


class _StopsAtTheRanked(MemorySearchIndex):
    def search(self, request: SearchRequest, *, limit: int, after: str | None) -> Hits:
        hits = super().search(request, limit=limit, after=after)
        return dataclasses.replace(hits, total=min(hits.total, 2_000))


class _FollowsNobody(MemorySearchIndex):
    def rebuild(self, files: Iterable[IndexedFile | RemovedFile]) -> Rebuilt:
        return super().rebuild(tuple(files))


class _EmptiesItFirst(MemorySearchIndex):
    def rebuild(self, files: Iterable[IndexedFile | RemovedFile]) -> Rebuilt:
        super().rebuild(())
        return super().rebuild(files)


class _PutsOnTop(MemorySearchIndex):
    def rebuild(self, files: Iterable[IndexedFile | RemovedFile]) -> Rebuilt:
        count = 0
        for file in files:
            if isinstance(file, RemovedFile):
                self.remove(file.owner_id, file.file_id, revision=file.revision)
            else:
                self.put(file)
                count += 1
        return Rebuilt(count)


class _ForgetsAnyRevision(MemorySearchIndex):
    def forget(self, owner_id: UserId, file_id: FileId, *, revision: int) -> None:
        super().forget(owner_id, file_id, revision=revision + 1_000)


class RebuildsFromWhatWasThereBefore(SearchIndexContract):
    """Everything is looked up before changes are followed, so that a change made meanwhile is lost."""

    def empty_index(self) -> SearchIndex:
        return _FollowsNobody()


class EmptiesTheIndexToRebuildIt(SearchIndexContract):
    """Searches find nothing until the last file is in."""

    def empty_index(self) -> SearchIndex:
        return _EmptiesItFirst()


class RebuildsOnTopOfWhatIsThere(SearchIndexContract):
    """What should not be there stays."""

    def empty_index(self) -> SearchIndex:
        return _PutsOnTop()


class ForgetsHigherRevisions(SearchIndexContract):
    """A late word that a file is gone takes away the next one's."""

    def empty_index(self) -> SearchIndex:
        return _ForgetsAnyRevision()


class IndexesOlderRevisions(SearchIndexContract):
    """The last call wins, not the highest revision."""

    def empty_index(self) -> SearchIndex:
        return _TakesAnyRevision()


class ForgetsWhatWasRemoved(SearchIndexContract):
    """A late put brings a removed file back."""

    def empty_index(self) -> SearchIndex:
        return _LeavesNoTombstone()


class FindsFilesOfOtherOwners(SearchIndexContract):
    """One index for all, and nobody filters it."""

    def empty_index(self) -> SearchIndex:
        return _KnowsNoOwners()


class CountsOnePageOnly(SearchIndexContract):
    """The total is the length of the page."""

    def empty_index(self) -> SearchIndex:
        return _CountsThePage()


class IgnoresNegation(SearchIndexContract):
    """A minus means nothing."""

    def empty_index(self) -> SearchIndex:
        return _HearsNoMinus()


class LeavesOutTheFirstMoment(SearchIndexContract):
    """A time of creation is compared with `>` instead of `>=`."""

    def empty_index(self) -> SearchIndex:
        return _ExcludesBorders()


class CountsOnlyWhatItRanks(SearchIndexContract):
    """The total ends where the ranking does."""

    def empty_index(self) -> SearchIndex:
        return _StopsAtTheRanked()


class _Closes(MemoryTextExtractor):
    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        with content:
            return super().extract(content, media_type=media_type, name=name)


class _Rewinds(MemoryTextExtractor):
    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        if content.seekable():
            content.seek(0)
        return super().extract(content, media_type=media_type, name=name)


class _RaisesOnBadContents(MemoryTextExtractor):
    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        extraction = super().extract(content, media_type=media_type, name=name)
        if extraction.status is TextStatus.UNREADABLE:
            raise Corrupt
        return extraction


class _KnowsUtf8Only(MemoryTextExtractor):
    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        return super().extract(content, media_type=media_type.partition(";")[0], name=name)


class _CutsInSilence(MemoryTextExtractor):
    def extract(self, content: BinaryIO, *, media_type: str, name: str) -> Extraction:
        extraction = super().extract(content, media_type=media_type, name=name)
        is_cut = extraction.status is TextStatus.PARTIAL
        return dataclasses.replace(extraction, status=TextStatus.INDEXED) if is_cut else extraction


class ClosesWhatItReads(TextExtractorContract):
    """The stream is the caller's."""

    def extractor(self) -> TextExtractor:
        return _Closes()


class ReadsFromTheStart(TextExtractorContract):
    """Where the stream stands does not matter to it."""

    def extractor(self) -> TextExtractor:
        return _Rewinds()


class RaisesOnBadContents(TextExtractorContract):
    """A broken file is an error, and its change is tried again for ever."""

    def extractor(self) -> TextExtractor:
        return _RaisesOnBadContents()


class IgnoresDeclaredEncodings(TextExtractorContract):
    """A charset parameter is dropped."""

    def extractor(self) -> TextExtractor:
        return _KnowsUtf8Only()


class HidesThatItCutTheText(TextExtractorContract):
    """Half a text is called a whole one."""

    def extractor(self) -> TextExtractor:
        return _CutsInSilence()


MUTANTS: tuple[type[Contract], ...] = (
    IndexesOlderRevisions,
    ForgetsWhatWasRemoved,
    FindsFilesOfOtherOwners,
    CountsOnePageOnly,
    IgnoresNegation,
    LeavesOutTheFirstMoment,
    CountsOnlyWhatItRanks,
    RebuildsFromWhatWasThereBefore,
    EmptiesTheIndexToRebuildIt,
    RebuildsOnTopOfWhatIsThere,
    ForgetsHigherRevisions,
    ClosesWhatItReads,
    ReadsFromTheStart,
    RaisesOnBadContents,
    IgnoresDeclaredEncodings,
    HidesThatItCutTheText,
)
