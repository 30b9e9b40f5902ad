"""Wrong file catalogues and change feeds."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from demobackend.adapters.memory.change_feed import MemoryChangeFeed
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.file_catalog import MemoryFileCatalog
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.domain.model.change import Change, Delivery
from demobackend.domain.model.errors import NotFound, UploadCompleted
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.ids import ChangeId, FileId, UploadId, UserId
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.page import Page
from demobackend.domain.model.upload import Upload
from demobackend.domain.model.usage import Plan, Usage
from demobackend.ports.change_feed import ChangeFeed
from demobackend.ports.file_catalog import FileCatalog
from demobackend.testing.contracts.change_feed import ChangeFeedContract
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.file_catalog import FileCatalogContract
from demobackend.testing.contracts.file_catalog_case import TakeChanges, taken_from
from demobackend.testing.contracts.file_catalog_feed import CatalogFeedContract


def _ids() -> SequentialIds:
    return SequentialIds(ManualClock())


class _KeepsRoom(MemoryFileCatalog):
    def __init__(self, feed: MemoryChangeFeed) -> None:
        super().__init__(feed)
        self._lost = Counter[UserId]()

    def abort(self, owner_id: UserId, file_id: FileId, upload_id: UploadId, *, at: datetime) -> Upload:
        before = super().usage(owner_id).bytes_reserved
        aborted = super().abort(owner_id, file_id, upload_id, at=at)
        self._lost[owner_id] += before - super().usage(owner_id).bytes_reserved
        return aborted

    def usage(self, owner_id: UserId) -> Usage:
        usage = super().usage(owner_id)
        return dataclasses.replace(usage, bytes_reserved=usage.bytes_reserved + self._lost[owner_id])


class _RepeatsAtBorders(MemoryFileCatalog):
    def list_files(self, owner_id: UserId, condition: FileFilter, order: FileOrder, *, limit: int, after: str | None) -> Page[File]:
        page = super().list_files(owner_id, condition, order, limit=limit, after=after)
        if page.next is None or limit == 1:
            return page
        return Page(page.items, super().list_files(owner_id, condition, order, limit=limit - 1, after=after).next)


class _LastOneWins(MemoryFileCatalog):
    def replace(self, file: File, *, expected: int) -> None:
        super().replace(file, expected=self.get(file.owner_id, file.id).revision)


class _LooksThenLeaps(MemoryFileCatalog):
    def begin(self, file: File, upload: Upload, plan: Plan) -> None:
        self.usage(file.owner_id).reserve(file.size, plan)
        super().begin(file, upload, Plan(max_bytes=2**60, max_files=2**60, max_file_bytes=2**60))


class _FinishesTwice(MemoryFileCatalog):
    def finish(self, file: File, upload_id: UploadId, *, expected: int) -> None:
        try:
            super().finish(file, upload_id, expected=expected)
        except UploadCompleted:
            return


class _WalksAmongTheLiving(MemoryFileCatalog):
    def every_file(self) -> Iterator[File]:
        yield from (file for file in super().every_file() if file.status is FileStatus.AVAILABLE)


class _OpenToAll(MemoryFileCatalog):
    def get(self, owner_id: UserId, file_id: FileId) -> File:
        if file_id not in self._files:
            raise NotFound
        return self._files[file_id]


class _OneByteMore(MemoryFileCatalog):
    def begin(self, file: File, upload: Upload, plan: Plan) -> None:
        super().begin(file, upload, dataclasses.replace(plan, max_bytes=plan.max_bytes + 1))


class _FoldsPrefixes(MemoryFileCatalog):
    def list_files(self, owner_id: UserId, condition: FileFilter, order: FileOrder, *, limit: int, after: str | None) -> Page[File]:
        if condition.name_prefix is not None:
            condition = dataclasses.replace(condition, name_prefix=condition.name_prefix.rstrip("%"))
        return super().list_files(owner_id, condition, order, limit=limit, after=after)


def _over(catalog: type[MemoryFileCatalog]) -> tuple[FileCatalog, TakeChanges]:
    feed = MemoryChangeFeed(_ids())
    return catalog(feed), taken_from(feed)


class KeepsTheRoomOfAbortedUploads(FileCatalogContract):
    """Forgets to release what an aborted upload had reserved."""

    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        return _over(_KeepsRoom)


class RepeatsAFileAtPageBorders(FileCatalogContract):
    """The next page begins with the last file of the one before."""

    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        return _over(_RepeatsAtBorders)


class ReplacesAnyRevision(FileCatalogContract):
    """Does not look at the expected revision."""

    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        return _over(_LastOneWins)


class ChecksTheQuotaOutsideTheTransaction(FileCatalogContract):
    """Looks whether there is room, and takes it afterwards."""

    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        return _over(_LooksThenLeaps)


class FinishesAnUploadTwice(FileCatalogContract):
    """Says yes to a second completion."""

    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        return _over(_FinishesTwice)


class LeavesOutWhatIsNotAvailable(FileCatalogContract):
    """A walk through everything shows available files only, so that whatever follows the others misses them."""

    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        feed = MemoryChangeFeed(_ids())
        return _WalksAmongTheLiving(feed), taken_from(feed)


class ShowsFilesToStrangers(FileCatalogContract):
    """Reads by file id alone."""

    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        return _over(_OpenToAll)


class GrantsOneByteTooMany(FileCatalogContract):
    """An off-by-one in the quota."""

    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        return _over(_OneByteMore)


class TakesPrefixesForPatterns(FileCatalogContract):
    """A percent sign in a prefix stands for anything."""

    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        return _over(_FoldsPrefixes)


class RecordsNoChanges(FileCatalogContract):
    """Writes its rows and no record of it."""

    def empty_catalog(self) -> tuple[FileCatalog, TakeChanges]:
        return MemoryFileCatalog(MemoryChangeFeed(_ids())), taken_from(MemoryChangeFeed(_ids()))


class _Shifts(MemoryChangeFeed):
    """Everything falls due at another time than it was to."""

    by = timedelta()

    def enqueue(self, change: Change, *, due: datetime) -> None:
        super().enqueue(change, due=due + self.by)


class _ShiftsLater(_Shifts):
    by = timedelta(milliseconds=1)


class _ShiftsEarlier(_Shifts):
    by = -timedelta(hours=1)


def _recording_in(feed: MemoryChangeFeed) -> tuple[FileCatalog, ChangeFeed]:
    return MemoryFileCatalog(feed), feed


class RecordsChangesForLater(CatalogFeedContract):
    """A change waits for longer than it has to."""

    def empty_catalog_and_feed(self) -> tuple[FileCatalog, ChangeFeed]:
        return _recording_in(_ShiftsLater(_ids()))


class RecordsChangesForEarlier(CatalogFeedContract):
    """A change comes before its time."""

    def empty_catalog_and_feed(self) -> tuple[FileCatalog, ChangeFeed]:
        return _recording_in(_ShiftsEarlier(_ids()))


class RecordsChangesInAnotherFeed(CatalogFeedContract):
    """The worker waits at the wrong door."""

    def empty_catalog_and_feed(self) -> tuple[FileCatalog, ChangeFeed]:
        return MemoryFileCatalog(MemoryChangeFeed(_ids())), MemoryChangeFeed(_ids())


class _HandsOutTwice(MemoryChangeFeed):
    def claim(self, *, limit: int, at: datetime, lease: timedelta) -> tuple[Delivery, ...]:
        deliveries = super().claim(limit=limit, at=at, lease=lease)
        for delivery in deliveries:
            self.put_back(delivery, due=at, reason="")
        return deliveries


class _ForgivesLateness(MemoryChangeFeed):
    def __init__(self, ids: SequentialIds) -> None:
        super().__init__(ids)
        self._newest: dict[ChangeId, Delivery] = {}

    def claim(self, *, limit: int, at: datetime, lease: timedelta) -> tuple[Delivery, ...]:
        deliveries = super().claim(limit=limit, at=at, lease=lease)
        self._newest.update({delivery.id: delivery for delivery in deliveries})
        return deliveries

    def acknowledge(self, delivery: Delivery) -> None:
        super().acknowledge(self._newest[delivery.id])


class _LosesLapsedOnes(MemoryChangeFeed):
    def claim(self, *, limit: int, at: datetime, lease: timedelta) -> tuple[Delivery, ...]:
        deliveries = super().claim(limit=limit, at=at, lease=lease)
        for delivery in deliveries:
            super().acknowledge(delivery)
        return deliveries


class _CountsNothing(MemoryChangeFeed):
    def put_back(self, delivery: Delivery, *, due: datetime, reason: str) -> None:
        super().acknowledge(delivery)
        super().enqueue(delivery.change, due=due)


class HandsOutAChangeTwice(ChangeFeedContract):
    """A lease keeps nobody away."""

    def empty_feed(self) -> ChangeFeed:
        return _HandsOutTwice(_ids())


class LetsALateWorkerAcknowledge(ChangeFeedContract):
    """A worker whose lease is over can acknowledge what another one holds."""

    def empty_feed(self) -> ChangeFeed:
        return _ForgivesLateness(_ids())


class ForgetsAChangeWhenItIsClaimed(ChangeFeedContract):
    """At most once instead of at least once."""

    def empty_feed(self) -> ChangeFeed:
        return _LosesLapsedOnes(_ids())


class ForgetsTheAttempts(ChangeFeedContract):
    """What is put back comes as if new, so nothing is ever given up."""

    def empty_feed(self) -> ChangeFeed:
        return _CountsNothing(_ids())


MUTANTS: tuple[type[Contract], ...] = (
    KeepsTheRoomOfAbortedUploads,
    RepeatsAFileAtPageBorders,
    ReplacesAnyRevision,
    ChecksTheQuotaOutsideTheTransaction,
    FinishesAnUploadTwice,
    ShowsFilesToStrangers,
    LeavesOutWhatIsNotAvailable,
    GrantsOneByteTooMany,
    TakesPrefixesForPatterns,
    RecordsNoChanges,
    RecordsChangesForLater,
    RecordsChangesForEarlier,
    RecordsChangesInAnotherFeed,
    HandsOutAChangeTwice,
    LetsALateWorkerAcknowledge,
    ForgetsAChangeWhenItIsClaimed,
    ForgetsTheAttempts,
)
