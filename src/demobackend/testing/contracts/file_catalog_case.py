"""The hook of the file catalogue's contract, and the steps that its tests share."""

from abc import abstractmethod
from collections.abc import Callable

from demobackend.domain.model.change import Change
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.ids import UserId
from demobackend.domain.model.names import Tags
from demobackend.domain.model.upload import Upload
from demobackend.domain.model.usage import Plan
from demobackend.ports.change_feed import ChangeFeed
from demobackend.ports.file_catalog import FileCatalog
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.samples import DAY, HOUR, MINUTE, NOON, OWNER, sample_file, sample_upload

LATE = NOON + 3650 * DAY
PLAN = Plan()


type TakeChanges = Callable[[], list[Change]]
"""Returns every change that was recorded since it was last called, in any order; none of them comes again."""


class FileCatalogCase(Contract):
    """The hook."""

    @abstractmethod
    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        """Return a catalogue without a row, and a way to take the changes that it records, wherever it records them."""


def begin(
    catalog: FileCatalog,
    number: int = 1,
    *,
    owner_id: UserId = OWNER,
    size: int = 10,
    name: str = "report.txt",
    tags: tuple[str, ...] = (),
    plan: Plan = PLAN,
) -> tuple[File, Upload]:
    """Add the pending file of this number."""
    upload = sample_upload(number, owner_id=owner_id, size=size)
    file = sample_file(upload, name=name, tags=tags)
    catalog.begin(file, upload, plan)
    return file, upload


def add_available(
    catalog: FileCatalog,
    number: int = 1,
    *,
    owner_id: UserId = OWNER,
    size: int = 10,
    name: str = "report.txt",
    tags: tuple[str, ...] = (),
) -> File:
    """Add the file of this number and bring its bytes."""
    file, upload = begin(catalog, number, owner_id=owner_id, size=size, name=name, tags=tags)
    available = file.arrived(sha256=None, at=file.created_at + MINUTE)
    catalog.finish(available, upload.id, expected=file.revision)
    return available


def add_trashed(catalog: FileCatalog, number: int = 1, *, owner_id: UserId = OWNER, size: int = 10) -> File:
    """Add the file of this number and put it into the trash an hour after it was begun."""
    available = add_available(catalog, number, owner_id=owner_id, size=size)
    trashed = available.trashed(available.created_at + HOUR)
    catalog.replace(trashed, expected=available.revision)
    return trashed


def add_purged(catalog: FileCatalog, number: int = 1, *, owner_id: UserId = OWNER, size: int = 10) -> File:
    """Add the file of this number and give it up a day after it was begun."""
    trashed = add_trashed(catalog, number, owner_id=owner_id, size=size)
    purged = trashed.purged(trashed.created_at + DAY)
    catalog.replace(purged, expected=trashed.revision)
    return purged


def tagged(file: File, *tags: str) -> File:
    """The file with these tags, a minute later."""
    return file.described(name=file.name, tags=Tags(tags), description=file.description, at=file.updated_at + MINUTE)


def taken_from(feed: ChangeFeed) -> TakeChanges:
    """For a catalogue that records its changes in a `ChangeFeed`: every change in the feed, acknowledged."""

    def take_changes() -> list[Change]:
        changes: list[Change] = []
        while deliveries := feed.claim(limit=10, at=LATE, lease=HOUR):
            for delivery in deliveries:
                changes.append(delivery.change)
                feed.acknowledge(delivery)
        return changes

    return take_changes


def statuses(files: list[File]) -> list[FileStatus]:
    """Their statuses, in the same order."""
    return [file.status for file in files]
