"""What every change feed promises."""

from abc import abstractmethod
from datetime import datetime

import pytest

from demobackend.domain.model.change import Change, ChangeKind, DeadLetter, Delivery
from demobackend.domain.model.errors import Malformed, NotFound
from demobackend.domain.model.ids import ChangeId, FileId, UploadId
from demobackend.ports.change_feed import ChangeFeed
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.races import CALLERS, race, winners
from demobackend.testing.samples import HOUR, MILLISECOND, MINUTE, NOON, OWNER, moment, sample_id

LEASE = 2 * MINUTE


def sample_change(number: int = 1) -> Change:
    """The change of the file of this number."""
    return Change(kind=ChangeKind.FILE_CHANGED, owner_id=OWNER, file_id=FileId(sample_id(number)), revision=number)


def claim(feed: ChangeFeed, *, at: datetime = NOON, limit: int = 10) -> tuple[Delivery, ...]:
    """Lease for two minutes what is due."""
    return feed.claim(limit=limit, at=at, lease=LEASE)


def claim_one(feed: ChangeFeed, *, at: datetime = NOON) -> Delivery:
    """Lease the only change that is due."""
    deliveries = claim(feed, at=at)
    assert len(deliveries) == 1
    return deliveries[0]


def bury_one(feed: ChangeFeed, number: int = 1, *, at: datetime = NOON) -> Delivery:
    """Enqueue a change and give it up at once."""
    feed.enqueue(sample_change(number), due=at)
    delivery = claim_one(feed, at=at)
    feed.bury(delivery, at=at, reason="not_found")
    return delivery


def dead_letters(feed: ChangeFeed, *, limit: int = 100) -> list[DeadLetter]:
    """All dead letters, page by page."""
    page = feed.dead_letters(limit=limit, after=None)
    letters = list(page.items)
    while page.next is not None:
        page = feed.dead_letters(limit=limit, after=page.next)
        letters += page.items
        assert len(letters) < 1_000, "The dead letters do not end."
    return letters


class QueuePromises(Contract):
    """Enqueueing, leasing, acknowledging."""

    @abstractmethod
    def empty_feed(self) -> ChangeFeed:
        """Return a feed without a change."""

    def test_a_change_comes_out_as_it_went_in(self) -> None:
        upload_id = UploadId(sample_id(9))
        arrived = Change(kind=ChangeKind.BYTES_ARRIVED, owner_id=OWNER, file_id=FileId(sample_id(1)), upload_id=upload_id)
        for change in (sample_change(), arrived):
            feed = self.empty_feed()
            feed.enqueue(change, due=NOON)
            delivery = claim_one(feed)
            assert (delivery.change, delivery.attempts, delivery.leased_until) == (change, 1, NOON + LEASE)

    def test_a_change_is_kept_until_it_is_due(self) -> None:
        feed = self.empty_feed()
        feed.enqueue(sample_change(), due=NOON)
        assert claim(feed, at=NOON - MILLISECOND) == ()
        assert claim_one(feed, at=NOON).change == sample_change()

    def test_what_is_due_longest_comes_first_up_to_the_limit(self) -> None:
        feed = self.empty_feed()
        for number in (3, 1, 4, 2):
            feed.enqueue(sample_change(number), due=moment(number))
        claimed = [claim(feed, at=moment(9), limit=limit) for limit in (1, 2, 10)]
        assert [len(deliveries) for deliveries in claimed] == [1, 2, 1]
        order = [{delivery.change.revision for delivery in deliveries} for deliveries in claimed]
        assert order == [{1}, {2, 3}, {4}]

    def test_a_leased_change_is_nobody_elses_until_its_lease_is_over(self) -> None:
        feed = self.empty_feed()
        feed.enqueue(sample_change(), due=NOON)
        first = claim_one(feed)
        assert claim(feed, at=first.leased_until - MILLISECOND) == ()
        second = claim_one(feed, at=first.leased_until)
        assert (second.id, second.change, second.attempts) == (first.id, first.change, 2)

    def test_an_acknowledged_change_never_comes_again(self) -> None:
        feed = self.empty_feed()
        feed.enqueue(sample_change(), due=NOON)
        delivery = claim_one(feed)
        feed.acknowledge(delivery)
        feed.acknowledge(delivery)
        assert claim(feed, at=NOON + HOUR) == ()

    def test_a_change_that_was_leased_again_since_is_left_to_the_new_holder(self) -> None:
        for late in ("acknowledge", "put_back", "bury"):
            feed = self.empty_feed()
            feed.enqueue(sample_change(), due=NOON)
            lapsed = claim_one(feed)
            holder = claim_one(feed, at=NOON + LEASE)
            if late == "acknowledge":
                feed.acknowledge(lapsed)
            elif late == "put_back":
                feed.put_back(lapsed, due=NOON, reason="unavailable")
            else:
                feed.bury(lapsed, at=NOON + LEASE, reason="unavailable")
            assert claim(feed, at=holder.leased_until - MILLISECOND) == (), late
            assert dead_letters(feed) == [], late
            assert claim_one(feed, at=holder.leased_until).attempts == 3, late

    def test_a_change_that_was_put_back_comes_again_when_it_is_due_and_counts_its_attempts(self) -> None:
        feed = self.empty_feed()
        feed.enqueue(sample_change(), due=NOON)
        feed.put_back(claim_one(feed), due=NOON + HOUR, reason="unavailable")
        assert claim(feed, at=NOON + HOUR - MILLISECOND) == ()
        again = claim_one(feed, at=NOON + HOUR)
        assert (again.change, again.attempts) == (sample_change(), 2)

    def test_a_change_that_is_gone_cannot_be_put_back_or_buried(self) -> None:
        feed = self.empty_feed()
        feed.enqueue(sample_change(), due=NOON)
        gone = claim_one(feed)
        feed.acknowledge(gone)
        feed.put_back(gone, due=NOON, reason="unavailable")
        feed.bury(gone, at=NOON, reason="unavailable")
        assert claim(feed, at=NOON + HOUR) == ()
        assert dead_letters(feed) == []

    def test_no_two_callers_hold_one_change_at_a_time(self) -> None:
        feed = self.empty_feed()
        for number in range(CALLERS):
            feed.enqueue(sample_change(number), due=NOON)
        outcomes = [*winners(race(lambda _: claim(feed, limit=3))), claim(feed, limit=100)]
        held = [delivery.id for deliveries in outcomes for delivery in deliveries]
        assert len(held) == len(set(held)) == CALLERS

    def test_the_next_due_time_is_that_of_the_earliest_change_or_lease(self) -> None:
        feed = self.empty_feed()
        assert feed.next_due() is None
        feed.enqueue(sample_change(1), due=NOON + HOUR)
        feed.enqueue(sample_change(2), due=NOON)
        assert feed.next_due() == NOON
        early = claim_one(feed)
        assert feed.next_due() == early.leased_until
        feed.put_back(early, due=NOON + MINUTE, reason="unavailable")
        assert feed.next_due() == NOON + MINUTE
        feed.acknowledge(claim_one(feed, at=NOON + MINUTE))
        assert feed.next_due() == NOON + HOUR
        feed.bury(claim_one(feed, at=NOON + HOUR), at=NOON + HOUR, reason="unavailable")
        assert feed.next_due() is None


class ChangeFeedContract(QueuePromises):
    """The promises of `ChangeFeed`: the queue, and what was given up."""

    def test_a_buried_change_is_a_dead_letter_and_comes_no_more(self) -> None:
        feed = self.empty_feed()
        feed.enqueue(sample_change(), due=NOON)
        feed.put_back(claim_one(feed), due=NOON, reason="unavailable")
        delivery = claim_one(feed)
        feed.bury(delivery, at=NOON + MINUTE, reason="corrupt")
        letter = DeadLetter(id=delivery.id, change=sample_change(), attempts=2, reason="corrupt", died_at=NOON + MINUTE)
        assert dead_letters(feed) == [letter]
        assert claim(feed, at=NOON + HOUR) == ()

    def test_dead_letters_come_oldest_first_and_page_by_page(self) -> None:
        feed = self.empty_feed()
        buried = {number: bury_one(feed, number, at=moment(number)).id for number in (3, 1, 5, 2, 4)}
        oldest_first = [buried[number] for number in sorted(buried)]
        for limit in (1, 2, 5, 100):
            assert [letter.id for letter in dead_letters(feed, limit=limit)] == oldest_first
        assert len(feed.dead_letters(limit=2, after=None).items) == 2
        assert feed.dead_letters(limit=5, after=None).next is None

    def test_a_mark_that_the_feed_did_not_make_is_malformed(self) -> None:
        feed = self.empty_feed()
        bury_one(feed)
        for foreign in ("", "0", "nonsense", "é\0😀", "[]", '["a"]', "{}", "x" * 1024):
            with pytest.raises(Malformed):
                feed.dead_letters(limit=10, after=foreign)

    def test_released_leases_come_again_at_once_and_their_old_holders_hold_nothing(self) -> None:
        feed = self.empty_feed()
        feed.enqueue(sample_change(), due=NOON)
        buried = bury_one(feed, 2, at=NOON - HOUR)
        lost = claim_one(feed)
        feed.release_leases(due=NOON + MILLISECOND)
        again = claim_one(feed, at=NOON + MILLISECOND)
        feed.acknowledge(lost)
        assert (again.change, again.attempts) == (sample_change(), 2)
        assert feed.next_due() == again.leased_until
        assert [letter.id for letter in dead_letters(feed)] == [buried.id]

    def test_a_replayed_letter_comes_again_as_if_new(self) -> None:
        feed = self.empty_feed()
        buried = bury_one(feed)
        feed.replay(buried.id, due=NOON + HOUR)
        assert dead_letters(feed) == []
        assert claim(feed, at=NOON + HOUR - MILLISECOND) == ()
        again = claim_one(feed, at=NOON + HOUR)
        assert (again.change, again.attempts) == (sample_change(), 1)

    def test_only_a_dead_letter_can_be_replayed_and_only_once(self) -> None:
        feed = self.empty_feed()
        feed.enqueue(sample_change(2), due=NOON + HOUR)
        buried = bury_one(feed)
        with pytest.raises(NotFound):
            feed.replay(ChangeId(sample_id(999)), due=NOON)
        feed.replay(buried.id, due=NOON)
        with pytest.raises(NotFound):
            feed.replay(buried.id, due=NOON)
        alive = claim_one(feed)
        with pytest.raises(NotFound):
            feed.replay(alive.id, due=NOON)

    def test_of_many_that_replay_one_letter_one_wins(self) -> None:
        feed = self.empty_feed()
        buried = bury_one(feed)
        outcomes = race(lambda _: feed.replay(buried.id, due=NOON))
        assert len(winners(outcomes)) == 1
        assert len(claim(feed)) == 1
