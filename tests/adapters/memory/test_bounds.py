"""What the memory family forgets, so that it does not grow with time."""

from datetime import timedelta

from demobackend.adapters.memory.idempotency_store import MemoryIdempotencyStore
from demobackend.adapters.memory.rate_limiter import MemoryRateLimiter
from demobackend.domain.model.idempotency import KeptAnswer, KeyedRequest
from demobackend.testing.samples import DAY, MINUTE, NOON, SECOND


def test_a_rate_limiter_forgets_buckets_whose_windows_are_over() -> None:
    limiter = MemoryRateLimiter()
    for number in range(5_000):
        limiter.take(f"network {number}", limit=3, window=10 * SECOND, at=NOON + number * SECOND)
    assert len(limiter._buckets) <= 40  # ten of them are live


def test_a_rate_limiter_keeps_a_long_window_among_many_short_ones() -> None:
    limiter = MemoryRateLimiter()
    limiter.take("account", limit=2, window=60 * MINUTE, at=NOON)
    for number in range(1_000):
        limiter.take(f"caller {number}", limit=1, window=SECOND, at=NOON + number * SECOND)
    assert len(limiter._buckets["account"].taken) == 1


def test_a_bucket_holds_no_more_moments_than_its_limit() -> None:
    limiter = MemoryRateLimiter()
    for number in range(1_000):
        limiter.take("b", limit=100, window=timedelta(milliseconds=100), at=NOON + number * timedelta(milliseconds=1))
    assert len(limiter._buckets["b"].taken) <= 100


def test_an_idempotency_store_forgets_keys_whose_time_is_over() -> None:
    store = MemoryIdempotencyStore()
    for number in range(1_000):
        request = KeyedRequest("ada", "create_file", str(number), "digest")
        store.begin(request, at=NOON + number * MINUTE, lease=MINUTE, kept=10 * MINUTE)
        store.finish(request, KeptAnswer(201, (), b""))
    assert len(store._claims) <= 10
    assert len(store._ends) <= 10


def test_an_answer_that_was_kept_is_neither_replaced_by_a_release_nor_by_a_request_of_another_digest() -> None:
    store = MemoryIdempotencyStore()
    request, other = KeyedRequest("ada", "create_file", "k", "d1"), KeyedRequest("ada", "create_file", "k", "d2")
    store.begin(request, at=NOON, lease=MINUTE, kept=DAY)
    store.finish(request, KeptAnswer(201, (), b"kept"))
    store.finish(other, KeptAnswer(201, (), b"other"))
    store.release(other)
    store.release(request)
    assert store.begin(request, at=NOON, lease=MINUTE, kept=DAY) == KeptAnswer(201, (), b"kept")
