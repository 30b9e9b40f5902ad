"""Questions about one's own files: filters and orders."""

from dataclasses import dataclass
from enum import StrEnum

from demobackend.domain.model.file import File, FileStatus


class FileOrder(StrEnum):
    """Newest first, oldest first, or by name in code point order; equal names stand in order of id."""

    NEWEST = "-created_at"
    OLDEST = "created_at"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFilter:
    """All given conditions hold. `name_prefix` is literal and case-sensitive; no `status` means all but trashed."""

    name_prefix: str | None = None
    tag: str | None = None
    status: FileStatus | None = None

    def admits(self, file: File) -> bool:
        """The rule itself, for adapters that cannot say it to their store."""
        if file.status is FileStatus.PURGED:
            return False
        if self.status is None and file.status is FileStatus.TRASHED:
            return False
        if self.status is not None and file.status is not self.status:
            return False
        if self.name_prefix is not None and not file.name.value.startswith(self.name_prefix):
            return False
        return self.tag is None or self.tag in file.tags.values
