"""What the contract leaves open about the change feed in memory."""

from datetime import timedelta

from demobackend.adapters.memory.change_feed import MemoryChangeFeed
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.testing.contracts.change_feed import sample_change
from demobackend.testing.samples import MINUTE, NOON


def test_a_lease_of_no_length_is_handed_out_once_per_call() -> None:
    feed = MemoryChangeFeed(SequentialIds(ManualClock()))
    feed.enqueue(sample_change(), due=NOON)
    deliveries = [feed.claim(limit=10, at=NOON, lease=timedelta(0)) for _ in range(3)]
    assert [[delivery.attempts for delivery in claimed] for claimed in deliveries] == [[1], [2], [3]]


def test_a_change_put_back_until_its_lease_would_have_lapsed_comes_once() -> None:
    feed = MemoryChangeFeed(SequentialIds(ManualClock()))
    feed.enqueue(sample_change(), due=NOON)
    (delivery,) = feed.claim(limit=1, at=NOON, lease=MINUTE)
    feed.put_back(delivery, due=delivery.leased_until, reason="unavailable")
    assert len(feed.claim(limit=10, at=delivery.leased_until, lease=MINUTE)) == 1


def test_nothing_of_an_acknowledged_change_stays_behind() -> None:
    feed = MemoryChangeFeed(SequentialIds(ManualClock()))
    for number in range(100):
        feed.enqueue(sample_change(number), due=NOON)
    for delivery in feed.claim(limit=100, at=NOON, lease=MINUTE):
        feed.acknowledge(delivery)
    assert feed.next_due() is None
    assert (feed._waiting, feed._dues) == ({}, [])
