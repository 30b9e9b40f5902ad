"""What is put into the search index, what is asked of it, and what it answers."""

from dataclasses import dataclass
from datetime import datetime

from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.file import File
from demobackend.domain.model.ids import FileId, UserId
from demobackend.domain.model.text.analysis import DocumentTokens
from demobackend.domain.model.text.query import Query
from demobackend.domain.model.text.snippet import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedFile:
    """A file as the index holds it. `tokens` are the domain's analysis; `text` is kept for snippets and re-indexing.

    `revision` is the external version: the index keeps the highest it has seen. `version` tells which contents `text` is from.
    """

    file_id: FileId
    owner_id: UserId
    revision: int
    version: int
    name: str
    tags: tuple[str, ...]
    description: str
    media_type: str
    created_at: datetime
    text: str
    text_status: TextStatus
    tokens: DocumentTokens


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedFile:
    """A file that the index must not hold in this revision or an earlier one."""

    owner_id: UserId
    file_id: FileId
    revision: int


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many files a rebuilt index was given, and those among them that it refused: they are not found any more."""

    files: int
    refused: tuple[FileId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """One question: every condition holds. `media_type` compares types without parameters; `tag` is exact; both times inclusive."""

    owner_id: UserId
    query: Query
    media_type: str | None = None
    tag: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A file that matches, its score (higher is better, comparable within one answer only) and where it matched."""

    file_id: FileId
    score: float
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """A page of hits, best first, equal scores newest file first; `total` is exact; `next` marks where to go on."""

    hits: tuple[Hit, ...]
    total: int
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """A hit that the catalogue confirmed."""

    file: File
    score: float
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """A page of confirmed hits. `degraded` means that text was not searched."""

    found: tuple[FoundFile, ...]
    total: int
    next: str | None = None
    degraded: bool = False
