"""What every rate limiter promises."""

from abc import abstractmethod
from datetime import datetime, timedelta
from random import Random

import pytest

from demobackend.domain.model.errors import LimitExceeded
from demobackend.ports.rate_limiter import RateLimiter
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.races import CALLERS, race, refusals, winners
from demobackend.testing.samples import DAY, MINUTE, NOON, SECOND


def take(limiter: RateLimiter, bucket: str = "b", *, limit: int = 3, at: datetime = NOON) -> None:
    """Take one of so many a minute."""
    limiter.take(bucket, limit=limit, window=MINUTE, at=at)


def wait_for_take(limiter: RateLimiter, bucket: str = "b", *, limit: int = 3, at: datetime = NOON) -> timedelta:
    """How long a refused `take` says to wait."""
    with pytest.raises(LimitExceeded) as refusal:
        take(limiter, bucket, limit=limit, at=at)
    return refusal.value.retry_after


def check(limiter: RateLimiter, at: datetime = NOON, **limits: int) -> None:
    """Ask whether buckets have room for one more a minute."""
    limiter.check(limits, window=MINUTE, at=at)


def wait_for_check(limiter: RateLimiter, at: datetime = NOON, **limits: int) -> timedelta:
    """How long a refusing `check` says to wait."""
    with pytest.raises(LimitExceeded) as refusal:
        check(limiter, at, **limits)
    return refusal.value.retry_after


class RateLimiterContract(Contract):
    """The promises of `RateLimiter`."""

    @abstractmethod
    def limiter(self) -> RateLimiter:
        """Return a limiter that has counted nothing."""

    def test_as_many_are_taken_as_the_limit_says_and_not_one_more(self) -> None:
        for limit in (1, 3, 10):
            limiter = self.limiter()
            for _ in range(limit):
                take(limiter, limit=limit)
            wait_for_take(limiter, limit=limit)

    def test_a_refusal_says_when_the_next_one_is_free(self) -> None:
        limiter = self.limiter()
        for seconds in (0, 10, 20):
            take(limiter, at=NOON + seconds * SECOND)
        wait = wait_for_take(limiter, at=NOON + 30 * SECOND)
        assert wait == timedelta(seconds=30)
        wait_for_take(limiter, at=NOON + 30 * SECOND + wait - SECOND)
        take(limiter, at=NOON + 30 * SECOND + wait)

    def test_the_window_slides_so_that_a_border_lets_no_burst_through(self) -> None:
        limiter = self.limiter()
        for _ in range(3):
            take(limiter, at=NOON + 59 * SECOND)
        for seconds in (60, 61, 118):
            wait_for_take(limiter, at=NOON + seconds * SECOND)
        take(limiter, at=NOON + 119 * SECOND)

    def test_a_refused_one_is_not_counted(self) -> None:
        limiter = self.limiter()
        take(limiter, limit=1)
        for seconds in range(1, 60, 10):
            wait_for_take(limiter, limit=1, at=NOON + seconds * SECOND)
        take(limiter, limit=1, at=NOON + MINUTE)

    def test_at_most_the_limit_is_taken_within_any_window_and_nothing_else_is_refused(self) -> None:
        limiter, chance = self.limiter(), Random(8)
        at, taken = NOON, list[datetime]()
        for _ in range(300):
            at += timedelta(milliseconds=chance.randrange(20_000))
            within = sum(moment > at - MINUTE for moment in taken)
            if within < 5:
                take(limiter, limit=5, at=at)
                taken.append(at)
            else:
                assert wait_for_take(limiter, limit=5, at=at) == taken[-5] + MINUTE - at

    def test_buckets_are_told_apart_to_their_last_character(self) -> None:
        limiter = self.limiter()
        long = "é" * 511
        for bucket in ("", "a", "A", "a ", "b:c", "b", "%", "a\U0001f600", long + "x", long + "y"):
            take(limiter, bucket, limit=1)
            wait_for_take(limiter, bucket, limit=1)

    def test_checking_counts_nothing(self) -> None:
        limiter = self.limiter()
        for _ in range(10):
            check(limiter, b=1, c=1)
        take(limiter, limit=1)
        take(limiter, "c", limit=1)

    def test_a_check_says_what_a_take_would(self) -> None:
        limiter = self.limiter()
        for seconds in (0, 10, 20):
            check(limiter, NOON + seconds * SECOND, b=3)
            take(limiter, at=NOON + seconds * SECOND)
        at = NOON + 30 * SECOND
        assert wait_for_check(limiter, at, b=3) == wait_for_take(limiter, at=at) == timedelta(seconds=30)
        check(limiter, NOON + MINUTE, b=3)
        check(limiter, at, other=3)

    def test_a_check_of_several_buckets_is_refused_until_the_last_of_them_is_free(self) -> None:
        limiter = self.limiter()
        take(limiter, "early", at=NOON)
        take(limiter, "late", at=NOON + 30 * SECOND)
        at = NOON + 40 * SECOND
        for limits in ({"early": 1, "late": 1, "never": 1}, {"never": 1, "late": 1, "early": 1}):
            assert wait_for_check(limiter, at, **limits) == timedelta(seconds=50)
        assert wait_for_check(limiter, at, never=1, early=1) == timedelta(seconds=20)

    def test_a_check_asks_each_bucket_under_its_own_limit(self) -> None:
        limiter = self.limiter()
        for bucket, takes in (("one", 1), ("two", 2)):
            for _ in range(takes):
                take(limiter, bucket)
        check(limiter, one=2, two=3, none=1)
        wait_for_check(limiter, one=1, two=3, none=1)
        wait_for_check(limiter, one=2, two=2, none=1)

    def test_a_check_may_ask_a_hundred_buckets_or_none(self) -> None:
        limiter = self.limiter()
        buckets = {f"bucket {number}": 1 for number in range(100)}
        limiter.check({}, window=MINUTE, at=NOON)
        limiter.check(buckets, window=MINUTE, at=NOON)
        take(limiter, "bucket 99")
        with pytest.raises(LimitExceeded):
            limiter.check(buckets, window=MINUTE, at=NOON)

    def test_a_bucket_may_be_asked_under_different_limits(self) -> None:
        limiter = self.limiter()
        for _ in range(2):
            take(limiter, limit=5)
        wait_for_take(limiter, limit=2)
        take(limiter, limit=3)
        check(limiter, b=4)
        wait_for_check(limiter, b=3)

    def test_after_a_long_silence_all_are_free_again(self) -> None:
        limiter = self.limiter()
        for at in (NOON, NOON + DAY):
            for _ in range(3):
                take(limiter, at=at)
            wait_for_take(limiter, at=at)

    def test_of_many_at_once_no_more_are_taken_than_the_limit_says(self) -> None:
        limiter = self.limiter()
        outcomes = race(lambda _: take(limiter, limit=10))
        assert len(winners(outcomes)) == 10
        assert refusals(outcomes) == {LimitExceeded: CALLERS - 10}
