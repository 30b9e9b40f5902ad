"""Look at files: one, a list, and what they take up."""

from dataclasses import dataclass

from demobackend.domain.model.caller import Caller, FileRole, role_on
from demobackend.domain.model.file import File
from demobackend.domain.model.ids import FileId
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.page import Page
from demobackend.domain.model.usage import Plan, Usage
from demobackend.ports.file_catalog import FileCatalog


def file_for(catalog: FileCatalog, caller: Caller, file_id: FileId) -> tuple[File, FileRole]:
    """The one door to a file: found and allowed, or absent. Raises `NotFound`, `Unavailable`."""
    file = catalog.get(caller.user_id, file_id)
    return file, role_on(caller, file)


@dataclass(frozen=True, slots=True)
class GetFile:
    """Read one file's facts."""

    catalog: FileCatalog

    def __call__(self, caller: Caller, file_id: FileId) -> tuple[File, FileRole]:
        """Return the file and the caller's role on it. Raises `NotFound`, `Unavailable`."""
        return file_for(self.catalog, caller, file_id)


@dataclass(frozen=True, slots=True)
class ListFiles:
    """List one's own files."""

    catalog: FileCatalog

    def __call__(self, caller: Caller, condition: FileFilter, order: FileOrder, *, limit: int, after: str | None) -> Page[File]:
        """Return up to `limit` files. Raises `Malformed` for a foreign `after`, `Unavailable`."""
        return self.catalog.list_files(caller.user_id, condition, order, limit=limit, after=after)


@dataclass(frozen=True, slots=True)
class GetUsage:
    """Read what one's files take up and what the plan allows."""

    catalog: FileCatalog
    plan: Plan

    def __call__(self, caller: Caller) -> tuple[Usage, Plan]:
        """Return usage and plan. Raises `Unavailable`."""
        return self.catalog.usage(caller.user_id), self.plan
