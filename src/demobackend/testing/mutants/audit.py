"""Wrong audit trails, and stores that record wrongly."""

from dataclasses import dataclass
from datetime import datetime

from demobackend.adapters.memory.account_store import MemoryAccountStore
from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.adapters.memory.session_store import MemorySessionStore
from demobackend.domain.model.account import Account
from demobackend.domain.model.audit import AUDIT_KEPT, AuditEvent
from demobackend.domain.model.ids import AuditEventId, UserId
from demobackend.domain.model.session import Session
from demobackend.testing.contracts.audit_trail import AuditedStores, AuditTrailContract
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.samples import sample_event


@dataclass(frozen=True, slots=True)
class _Kinds:
    """What the stores are made of."""

    accounts: type[MemoryAccountStore] = MemoryAccountStore
    sessions: type[MemorySessionStore] = MemorySessionStore
    trail: type[MemoryAuditTrail] = MemoryAuditTrail

    def stores(self) -> AuditedStores:
        trail = self.trail()
        return AuditedStores(accounts=self.accounts(trail), sessions=self.sessions(trail), trail=trail)


class _RecordsFirst(MemoryAccountStore):
    def replace(self, account: Account, *, expected: int, audit: AuditEvent | None) -> None:
        if audit is not None:
            self._trail.record(audit)
        super().replace(account, expected=expected, audit=None)


class _RecordsLater(MemorySessionStore):
    def replace(self, session: Session, *, expected: int, audit: AuditEvent | None) -> None:
        super().replace(session, expected=expected, audit=None)
        if audit is not None:
            self._trail.record(audit)


class _ForgetsToRecord(MemorySessionStore):
    def replace(self, session: Session, *, expected: int, audit: AuditEvent | None) -> None:
        super().replace(session, expected=expected, audit=None)


class _RecordsEverything(MemorySessionStore):
    def replace(self, session: Session, *, expected: int, audit: AuditEvent | None) -> None:
        super().replace(session, expected=expected, audit=audit or sample_event(99, user_id=session.user_id))


class _Overwrites(MemoryAuditTrail):
    def record(self, event: AuditEvent) -> None:
        events = self._events[event.user_id]
        events[:] = [each for each in events if each.id != event.id]
        super().record(event)


class _OldestFirst(MemoryAuditTrail):
    def page(self, user_id: UserId, *, at: datetime, limit: int, after: AuditEventId | None) -> tuple[AuditEvent, ...]:
        return super().page(user_id, at=at, limit=100, after=after)[::-1][:limit]


class _BeginsAtTheMark(MemoryAuditTrail):
    def page(self, user_id: UserId, *, at: datetime, limit: int, after: AuditEventId | None) -> tuple[AuditEvent, ...]:
        return super().page(user_id, at=at, limit=limit, after=None if after is None else AuditEventId(f"{after}~"))


class _FiltersAfterwards(MemoryAuditTrail):
    def page(self, user_id: UserId, *, at: datetime, limit: int, after: AuditEventId | None) -> tuple[AuditEvent, ...]:
        looked_at = super().page(user_id, at=datetime.min.replace(tzinfo=at.tzinfo) + AUDIT_KEPT, limit=limit, after=after)
        return tuple(event for event in looked_at if event.at > at - AUDIT_KEPT)


class _TellsForEver(MemoryAuditTrail):
    def page(self, user_id: UserId, *, at: datetime, limit: int, after: AuditEventId | None) -> tuple[AuditEvent, ...]:
        return super().page(user_id, at=datetime.min.replace(tzinfo=at.tzinfo) + AUDIT_KEPT, limit=limit, after=after)


class _MixesPeople(MemoryAuditTrail):
    def page(self, user_id: UserId, *, at: datetime, limit: int, after: AuditEventId | None) -> tuple[AuditEvent, ...]:
        pages = [super(_MixesPeople, self).page(each, at=at, limit=limit, after=after) for each in (*self._events,)]
        return tuple(sorted((event for page in pages for event in page), key=lambda event: event.id, reverse=True)[:limit])


class RecordsWhatWasRefused(AuditTrailContract):
    """The event is written before the change is judged."""

    def empty_stores(self) -> AuditedStores:
        return _Kinds(accounts=_RecordsFirst).stores()


class ChangesWithoutItsEvent(AuditTrailContract):
    """The event is written afterwards, by another call."""

    def empty_stores(self) -> AuditedStores:
        return _Kinds(sessions=_RecordsLater).stores()


class ForgetsToRecordTheEnd(AuditTrailContract):
    """One of the changes is not told."""

    def empty_stores(self) -> AuditedStores:
        return _Kinds(sessions=_ForgetsToRecord).stores()


class RecordsRotations(AuditTrailContract):
    """What is no event is told too."""

    def empty_stores(self) -> AuditedStores:
        return _Kinds(sessions=_RecordsEverything).stores()


class ReplacesAnEvent(AuditTrailContract):
    """A put where an insert should be."""

    def empty_stores(self) -> AuditedStores:
        return _Kinds(trail=_Overwrites).stores()


class TellsTheOldestFirst(AuditTrailContract):
    """The order is turned around."""

    def empty_stores(self) -> AuditedStores:
        return _Kinds(trail=_OldestFirst).stores()


class RepeatsTheLastOfAPage(AuditTrailContract):
    """A page begins at its mark and not behind it."""

    def empty_stores(self) -> AuditedStores:
        return _Kinds(trail=_BeginsAtTheMark).stores()


class FiltersAPageThatWasCut(AuditTrailContract):
    """Old events take the room of those that are told."""

    def empty_stores(self) -> AuditedStores:
        return _Kinds(trail=_FiltersAfterwards).stores()


class TellsForEver(AuditTrailContract):
    """Leaves the end to a sweep that comes when it comes."""

    def empty_stores(self) -> AuditedStores:
        return _Kinds(trail=_TellsForEver).stores()


class TellsOfOthers(AuditTrailContract):
    """Does not look whose events they are."""

    def empty_stores(self) -> AuditedStores:
        return _Kinds(trail=_MixesPeople).stores()


MUTANTS: tuple[type[Contract], ...] = (
    RecordsWhatWasRefused,
    ChangesWithoutItsEvent,
    ForgetsToRecordTheEnd,
    RecordsRotations,
    ReplacesAnEvent,
    TellsTheOldestFirst,
    RepeatsTheLastOfAPage,
    FiltersAPageThatWasCut,
    TellsForEver,
    TellsOfOthers,
)
