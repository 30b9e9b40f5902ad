"""Change a file's facts and its place: describe, trash, restore. The bytes stay where they are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from demobackend.domain.model.caller import Caller, FileRole
from demobackend.domain.model.errors import Unavailable, VersionConflict
from demobackend.domain.model.file import File
from demobackend.domain.model.ids import FileId
from demobackend.domain.model.names import Description, FileName, Tags
from demobackend.domain.model.revision import ANY, Expected
from demobackend.domain.use_cases.files.read_files import file_for
from demobackend.ports.clock import Clock
from demobackend.ports.file_catalog import FileCatalog

_ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEdit:
    """New facts; None leaves a fact as it is, `clear_description` removes the description."""

    name: FileName | None = None
    tags: Tags | None = None
    description: Description | None = None
    clear_description: bool = False

    def apply(self, file: File, at: datetime) -> File:
        """The file with these facts. Raises `NotAvailable` when it is in the trash."""
        kept = None if self.clear_description else file.description
        return file.described(
            name=self.name or file.name,
            tags=file.tags if self.tags is None else self.tags,
            description=self.description or kept,
            at=at,
        )


def change(
    catalog: FileCatalog, caller: Caller, file_id: FileId, expected: Expected, step: Callable[[File], File]
) -> tuple[File, FileRole]:
    """Read, check the expectation, change, write on condition; again when somebody came between and any revision will do.

    Return the file as it is now. Raises `NotFound`, `PreconditionRequired`, `VersionConflict`, `Unavailable`, and what `step` raises.
    """
    for _ in range(_ROUNDS):
        file, role = file_for(catalog, caller, file_id)
        expected.require(file)
        changed = step(file)
        if changed is file:
            return file, role
        try:
            catalog.replace(changed, expected=file.revision)
        except VersionConflict:
            continue  # the next round's `require` decides whether the caller still means this file
        return changed, role
    raise Unavailable


@dataclass(frozen=True, slots=True)
class UpdateFile:
    """Give a file other facts. Links and downloads in flight keep working."""

    catalog: FileCatalog
    clock: Clock

    def __call__(self, caller: Caller, file_id: FileId, edit: FileEdit, expected: Expected) -> tuple[File, FileRole]:
        """Return the file as it is now. Raises `NotFound`, `PreconditionRequired`, `VersionConflict`, `NotAvailable`, `Unavailable`."""
        return change(self.catalog, caller, file_id, expected, lambda file: edit.apply(file, self.clock.now()))


@dataclass(frozen=True, slots=True)
class TrashFile:
    """Put a file into the trash, from where it can be restored until the retention is over."""

    catalog: FileCatalog
    clock: Clock

    def __call__(self, caller: Caller, file_id: FileId, expected: Expected) -> tuple[File, FileRole]:
        """Return the file as it is now. Raises `NotFound`, `PreconditionRequired`, `VersionConflict`, `NotAvailable`, `Unavailable`."""
        return change(self.catalog, caller, file_id, expected, lambda file: file.trashed(self.clock.now()))


@dataclass(frozen=True, slots=True)
class RestoreFile:
    """Take a file out of the trash."""

    catalog: FileCatalog
    clock: Clock

    def __call__(self, caller: Caller, file_id: FileId, expected: Expected = ANY) -> tuple[File, FileRole]:
        """Return the file as it is now. Raises `NotFound`, `VersionConflict`, `NotAvailable`, `Unavailable`."""
        return change(self.catalog, caller, file_id, expected, lambda file: file.restored(self.clock.now()))
