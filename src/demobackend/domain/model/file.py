"""A file, its statuses, and what may follow what.

::

    pending ──> available ──> trashed ──> purged
       │            ^            │
       │            └────────────┘ restored
       └──> (removed: aborted or never finished)          quarantined: reserved for content scanning
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.errors import NotAvailable
from demobackend.domain.model.extraction import TextStatus
from demobackend.domain.model.ids import FileId, UserId
from demobackend.domain.model.names import Description, FileName, MediaType, Sha256, Tags


class FileStatus(StrEnum):
    """Where a file stands. `PURGED` is what a row says while its bytes are being deleted; nobody sees such a file."""

    PENDING = "pending"
    AVAILABLE = "available"
    TRASHED = "trashed"
    PURGED = "purged"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Indexing:
    """What the search index knows of a file: the revision that it was last told of (0: none), be it to hold the file or, for one in the
    trash, to hold nothing of it; and what became of the text that it holds."""

    revision: int = 0
    text_status: TextStatus = TextStatus.PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file's facts. `revision` counts every change a client can see, from 1; `version` counts contents, from 1.

    `size` is in bytes; `blob` is where this version's bytes are. Times are UTC with millisecond precision.
    `indexing` is not part of the revision: indexing never changes a file.
    """

    id: FileId
    owner_id: UserId
    name: FileName
    size: int
    media_type: MediaType
    sha256: Sha256 | None
    tags: Tags
    description: Description | None
    status: FileStatus
    version: int
    revision: int
    blob: BlobKey
    created_at: datetime
    updated_at: datetime
    trashed_at: datetime | None = None
    indexing: Indexing = Indexing()

    @property
    def indexed(self) -> bool:
        """Whether the index was told of the file as it is now."""
        return self.indexing.revision == self.revision

    @property
    def searchable(self) -> bool:
        """Whether the index holds the file as it is now."""
        return self.status is FileStatus.AVAILABLE and self.indexed

    def arrived(self, *, sha256: Sha256 | None, at: datetime) -> "File":
        """The bytes are stored and verified. Raises `NotAvailable` unless pending."""
        self._needs(FileStatus.PENDING)
        return self._changed(at, status=FileStatus.AVAILABLE, sha256=sha256)

    def described(self, *, name: FileName, tags: Tags, description: Description | None, at: datetime) -> "File":
        """With these facts; the same file when nothing differs. Raises `NotAvailable` when trashed."""
        self._needs(FileStatus.PENDING, FileStatus.AVAILABLE)
        if (self.name, self.tags, self.description) == (name, tags, description):
            return self
        return self._changed(at, name=name, tags=tags, description=description)

    def trashed(self, at: datetime) -> "File":
        """In the trash; the same file when it is there already. Raises `NotAvailable` while pending."""
        if self.status is FileStatus.TRASHED:
            return self
        self._needs(FileStatus.AVAILABLE)
        return self._changed(at, status=FileStatus.TRASHED, trashed_at=at)

    def restored(self, at: datetime) -> "File":
        """Out of the trash; the same file when it is available already. Raises `NotAvailable` while pending."""
        if self.status is FileStatus.AVAILABLE:
            return self
        self._needs(FileStatus.TRASHED)
        return self._changed(at, status=FileStatus.AVAILABLE, trashed_at=None)

    def purged(self, at: datetime) -> "File":
        """Given up: its bytes may be deleted. Raises `NotAvailable` unless trashed."""
        self._needs(FileStatus.TRASHED)
        return self._changed(at, status=FileStatus.PURGED)

    def _needs(self, *statuses: FileStatus) -> None:
        if self.status not in statuses:
            raise NotAvailable

    def _changed(self, at: datetime, **facts: object) -> "File":
        # dataclasses.replace cannot be typed by keyword; every name used above is a field.
        return replace(self, revision=self.revision + 1, updated_at=at, **facts)  # type: ignore[arg-type]  # see above
