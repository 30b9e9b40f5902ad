"""What every audit trail promises, together with the stores of accounts and sessions whose changes it tells of."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from demobackend.domain.model.account import Account, DisplayName
from demobackend.domain.model.audit import AUDIT_KEPT, AuditAction, AuditEvent
from demobackend.domain.model.errors import AlreadyExists, NotFound, VersionConflict
from demobackend.domain.model.ids import AuditEventId, UserId
from demobackend.ports.account_store import AccountStore
from demobackend.ports.audit_trail import AuditTrail
from demobackend.ports.session_store import SessionStore
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.races import only_winner, race
from demobackend.testing.samples import (
    DAY,
    HOUR,
    MILLISECOND,
    NOON,
    OWNER,
    STRANGER,
    moment,
    sample_account,
    sample_event,
    sample_id,
    sample_session,
)

ACCOUNT, SESSION = sample_account(1), sample_session(1)
CALLED, ENDED = ACCOUNT.called(DisplayName("Ada"), at=NOON + HOUR), SESSION.ended(at=NOON + HOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedStores:
    """Stores of accounts and sessions, and the trail that tells of their changes."""

    accounts: AccountStore
    sessions: SessionStore
    trail: AuditTrail

    def told(self, user_id: UserId = OWNER) -> list[AuditEvent]:
        """Everything that the trail tells of a user an hour after noon."""
        return [*self.trail.page(user_id, at=NOON + HOUR, limit=100, after=None)]


type Change = Callable[[AuditedStores, AuditEvent], None]

CHANGES: dict[str, Change] = {
    "create an account": lambda stores, event: stores.accounts.create(ACCOUNT, audit=event),
    "replace an account": lambda stores, event: stores.accounts.replace(CALLED, expected=ACCOUNT.revision, audit=event),
    "create a session": lambda stores, event: stores.sessions.create(SESSION, audit=event),
    "replace a session": lambda stores, event: stores.sessions.replace(ENDED, expected=SESSION.revision, audit=event),
}


class AuditTrailContract(Contract):
    """The promises of `AuditTrail`, and those of `AccountStore` and `SessionStore` that speak of events."""

    @abstractmethod
    def empty_stores(self) -> AuditedStores:
        """Return stores without an account, a session or an event."""

    def test_nothing_is_told_of_somebody_to_whom_nothing_happened(self) -> None:
        assert self.empty_stores().told() == []

    def test_every_change_is_told_once_and_as_it_was_recorded(self) -> None:
        stores = self.empty_stores()
        events = [
            replace(sample_event(number, action), session_id=SESSION.id if number % 2 else None)
            for number, action in enumerate(AuditAction, 1)
        ]
        for change, event in zip(CHANGES.values(), events, strict=False):
            change(stores, event)
        for number, event in enumerate(events[len(CHANGES) :], 10):
            stores.sessions.create(sample_session(number), audit=event)
        assert stores.told() == events[::-1]

    def test_a_change_that_is_no_event_is_not_told(self) -> None:
        stores = stores_with_both(self)
        stores.accounts.replace(CALLED, expected=ACCOUNT.revision, audit=None)
        stores.sessions.replace(SESSION.rotated(at=NOON + HOUR), expected=SESSION.revision, audit=None)
        assert len(stores.told()) == 2

    def test_a_refused_change_leaves_no_event(self) -> None:
        stores = stores_with_both(self)
        taken = replace(ACCOUNT, id=UserId(sample_id(7)))
        for refused in (ACCOUNT, taken):
            with pytest.raises(AlreadyExists):
                stores.accounts.create(refused, audit=sample_event(9))
        with pytest.raises(AlreadyExists):
            stores.sessions.create(SESSION, audit=sample_event(9))
        with pytest.raises(VersionConflict):
            stores.accounts.replace(CALLED, expected=ACCOUNT.revision + 1, audit=sample_event(9))
        with pytest.raises(VersionConflict):
            stores.sessions.replace(ENDED, expected=SESSION.revision + 1, audit=sample_event(9))
        with pytest.raises(NotFound):
            stores.accounts.replace(sample_account(8), expected=1, audit=sample_event(9))
        with pytest.raises(NotFound):
            stores.sessions.replace(sample_session(8), expected=1, audit=sample_event(9))
        assert [event.id for event in stores.told()] == [sample_event(2).id, sample_event(1).id]

    def test_a_change_that_comes_again_is_told_once(self) -> None:
        stores = self.empty_stores()
        for number, change in enumerate(CHANGES.values(), 1):
            change(stores, sample_event(number))
            with pytest.raises((AlreadyExists, VersionConflict)):
                change(stores, sample_event(number))
        assert stores.told() == [sample_event(number) for number in (4, 3, 2, 1)]

    def test_an_event_is_never_replaced_and_a_change_that_would_is_not_made(self) -> None:
        stores = stores_with_both(self)
        changes: dict[str, Change] = {
            **CHANGES,
            "create an account": lambda stores, event: stores.accounts.create(sample_account(7), audit=event),
            "create a session": lambda stores, event: stores.sessions.create(sample_session(7), audit=event),
        }
        for name, change in changes.items():
            with pytest.raises(AlreadyExists):
                change(stores, sample_event(1 if "account" in name else 2, AuditAction.SIGNED_OUT))
        with pytest.raises(NotFound):
            stores.accounts.find(sample_account(7).email.canonical)
        with pytest.raises(NotFound):
            stores.sessions.get(sample_session(7).id)
        assert (stores.accounts.get(ACCOUNT.id), stores.sessions.get(SESSION.id)) == (ACCOUNT, SESSION)
        assert stores.told() == [sample_event(2), sample_event(1)]

    def test_the_newest_come_first_in_whatever_order_they_were_recorded(self) -> None:
        stores = self.empty_stores()
        for number in (3, 1, 4, 2, 5):
            stores.sessions.create(sample_session(number), audit=sample_event(number))
        assert stores.told() == [sample_event(number) for number in (5, 4, 3, 2, 1)]

    def test_events_of_one_moment_are_told_in_the_order_of_their_ids(self) -> None:
        stores = self.empty_stores()
        for number in (2, 3, 1):
            stores.sessions.create(sample_session(number), audit=sample_event(number, at=NOON))
        assert stores.told() == [sample_event(number, at=NOON) for number in (3, 2, 1)]

    def test_nobody_is_told_what_happened_to_others(self) -> None:
        stores = self.empty_stores()
        stores.sessions.create(sample_session(1), audit=sample_event(1))
        stores.sessions.create(sample_session(2), audit=sample_event(2, user_id=STRANGER))
        assert stores.told(OWNER) == [sample_event(1)]
        assert stores.told(STRANGER) == [sample_event(2, user_id=STRANGER)]

    def test_pages_hold_everything_once(self) -> None:
        stores = self.empty_stores()
        for number in range(1, 8):
            stores.sessions.create(sample_session(number), audit=sample_event(number))
        for limit in (1, 2, 3, 7, 100):
            assert walked(stores, limit=limit) == [sample_event(number) for number in range(7, 0, -1)]

    def test_a_page_begins_before_an_event_that_need_not_be_there(self) -> None:
        stores = self.empty_stores()
        for number in (1, 3):
            stores.sessions.create(sample_session(number), audit=sample_event(number))
        for after, told in ((4, [3, 1]), (3, [1]), (2, [1]), (1, []), (0, [])):
            page = stores.trail.page(OWNER, at=NOON + HOUR, limit=9, after=sample_event(after).id)
            assert [*page] == [sample_event(number) for number in told]

    def test_an_event_is_told_for_400_days(self) -> None:
        stores = self.empty_stores()
        stores.sessions.create(sample_session(1), audit=sample_event(1))
        end = moment(1) + AUDIT_KEPT
        for at, told in ((moment(1) + 399 * DAY, 1), (end - MILLISECOND, 1), (end, 0), (end + DAY, 0)):
            assert len(stores.trail.page(OWNER, at=at, limit=9, after=None)) == told

    def test_events_that_are_too_old_take_no_room_on_a_page(self) -> None:
        stores = self.empty_stores()
        old = [replace(sample_event(number), at=moment(number) - AUDIT_KEPT - HOUR) for number in (2, 3, 5)]
        for number, event in enumerate([sample_event(1), sample_event(4), sample_event(6), *old], 1):
            stores.sessions.create(sample_session(number), audit=event)
        for limit in (1, 2, 3):
            assert walked(stores, limit=limit) == [sample_event(number) for number in (6, 4, 1)]

    def test_old_events_go_without_harm_to_those_that_are_told(self) -> None:
        stores = self.empty_stores()
        for number in range(1, 25):
            stores.sessions.create(sample_session(number), audit=sample_event(number))
        late = moment(24) + AUDIT_KEPT - MILLISECOND
        stores.sessions.create(sample_session(25), audit=sample_event(25, at=late))
        told = stores.trail.page(OWNER, at=late, limit=9, after=None)
        assert [*told] == [sample_event(25, at=late), sample_event(24)]

    def test_of_many_that_change_one_account_the_winner_is_told(self) -> None:
        stores = self.empty_stores()
        stores.accounts.create(ACCOUNT, audit=sample_event(0))

        def rename(number: int) -> tuple[Account, AuditEvent]:
            renamed, event = ACCOUNT.called(DisplayName(str(number)), at=NOON + HOUR), sample_event(number + 1)
            stores.accounts.replace(renamed, expected=ACCOUNT.revision, audit=event)
            return renamed, event

        renamed, event = only_winner(race(rename))
        assert stores.accounts.get(ACCOUNT.id) == renamed
        assert stores.told() == [event, sample_event(0)]

    def test_of_many_that_end_one_session_the_winner_is_told(self) -> None:
        stores = self.empty_stores()
        stores.sessions.create(SESSION, audit=sample_event(0))

        def end(number: int) -> AuditEvent:
            event = sample_event(number + 1)
            stores.sessions.replace(ENDED, expected=SESSION.revision, audit=event)
            return event

        winner = only_winner(race(end))
        assert stores.told() == [winner, sample_event(0)]


def stores_with_both(contract: AuditTrailContract) -> AuditedStores:
    """With an account and a session, and an event of each."""
    stores = contract.empty_stores()
    stores.accounts.create(ACCOUNT, audit=sample_event(1))
    stores.sessions.create(SESSION, audit=sample_event(2))
    return stores


def walked(stores: AuditedStores, *, limit: int) -> list[AuditEvent]:
    """All pages, each after the last event of the one before; none but the last is shorter than asked for."""
    events: list[AuditEvent] = []
    after: AuditEventId | None = None
    while True:
        page = stores.trail.page(OWNER, at=NOON + HOUR, limit=limit, after=after)
        events += page
        if len(page) < limit:
            return events
        after = page[-1].id
