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


def wait_for_check(limiter: RateLimiter, bucket: str = "b", *, limit: int = 3, at: datetime = NOON) -> timedelta:
    """How long a refusing `check` says to wait."""
    with pytest.raises(LimitExceeded) as refusal:
        limiter.check(bucket, limit=limit, window=MINUTE, at=at)
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
            limiter.check("b", limit=1, window=MINUTE, at=NOON)
        take(limiter, limit=1)

    def test_a_check_says_what_a_take_would(self) -> None:
        limiter = self.limiter()
        for seconds in (0, 10, 20):
            limiter.check("b", limit=3, window=MINUTE, at=NOON + seconds * SECOND)
            take(limiter, at=NOON + seconds * SECOND)
        at = NOON + 30 * SECOND
        assert wait_for_check(limiter, at=at) == wait_for_take(limiter, at=at) == timedelta(seconds=30)
        limiter.check("b", limit=3, window=MINUTE, at=NOON + MINUTE)
        limiter.check("other", limit=3, window=MINUTE, at=at)

    def test_a_bucket_may_be_asked_under_different_limits(self) -> None:
        limiter = self.limiter()
        for _ in range(2):
            take(limiter, limit=5)
        wait_for_take(limiter, limit=2)
        take(limiter, limit=3)
        limiter.check("b", limit=4, window=MINUTE, at=NOON)
        wait_for_check(limiter, limit=3)

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
