"""How the rate limiter in DynamoDB deals with rivals for one row, and with answers that are lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.adapters.amazon import Answer, Script, scripted
from tests.adapters.dynamodb.wire import DONE, TABLE, LostAnswer, calls, condition_failed, found, found_all, item

from demobackend.adapters.dynamodb.rate_limiter import DynamoDbRateLimiter
from demobackend.adapters.dynamodb.table import Table
from demobackend.adapters.dynamodb.takes import Takes, new_take, takes_to_row
from demobackend.domain.model.errors import LimitExceeded, Unavailable
from demobackend.testing.samples import MINUTE, NOON, SECOND


def limiter_of(*lines: Answer | Exception, pause: Callable[[float], None] = lambda _: None) -> tuple[DynamoDbRateLimiter, Script]:
    client, script = scripted("dynamodb", *lines)
    return DynamoDbRateLimiter(Table(client, TABLE), pause=pause, random=lambda size: b"\xff" * size), script


def taken(number: int, *, bucket: str = "b") -> Takes:
    """So many takes by others, all of this moment."""
    return Takes(tuple(new_take(NOON, bytes([0, place])) for place in range(number)), widest=60_000, revision=number)


def rivals(number: int) -> list[Answer]:
    """A read that finds nothing, and so many writes, each of which a rival forestalled."""
    return [DONE, *(condition_failed(takes_to_row("b", taken(place + 1))) for place in range(number))]


def test_a_take_after_a_rivals_counts_both() -> None:
    limiter, script = limiter_of(*rivals(1), DONE)
    limiter.take("b", limit=3, window=MINUTE, at=NOON)
    both = taken(1).with_one_more(new_take(NOON, b"\xff\xff"), window=MINUTE, at=NOON)
    assert calls(script) == ["GetItem", "PutItem", "PutItem"]
    assert script.sent()[-1]["Item"] == item(takes_to_row("b", both))


def test_a_take_whose_rivals_fill_the_bucket_is_refused() -> None:
    limiter, script = limiter_of(*rivals(3))
    with pytest.raises(LimitExceeded) as refusal:
        limiter.take("b", limit=3, window=MINUTE, at=NOON + SECOND)
    assert (refusal.value.retry_after, len(script.requests)) == (timedelta(seconds=59), 4)


def test_a_limit_of_nineteen_comes_to_an_answer_however_many_rivals_there_are() -> None:
    limiter, _ = limiter_of(*rivals(100))
    with pytest.raises(LimitExceeded):
        limiter.take("b", limit=19, window=MINUTE, at=NOON)


def test_a_take_with_endless_rivals_gives_up_within_seconds() -> None:
    pauses: list[float] = []
    limiter, script = limiter_of(*rivals(100), pause=pauses.append)
    with pytest.raises(Unavailable):
        limiter.take("b", limit=10_000, window=MINUTE, at=NOON)
    assert len(script.requests) == 21
    assert sum(pauses) < 10


def test_a_row_that_time_to_live_took_between_read_and_write_is_made_anew() -> None:
    limiter, script = limiter_of(found(takes_to_row("b", taken(1))), condition_failed(), DONE)
    limiter.take("b", limit=3, window=MINUTE, at=NOON + SECOND)
    assert script.sent()[-1]["ConditionExpression"] == "attribute_not_exists(#PK)"


def test_a_take_whose_answer_was_lost_is_not_taken_twice() -> None:
    script = LostAnswer()
    DynamoDbRateLimiter(Table(script.client(), TABLE)).take("b", limit=3, window=MINUTE, at=NOON)
    assert calls(script) == ["GetItem", "PutItem", "PutItem"]


def test_a_take_whose_answer_was_lost_is_not_taken_twice_after_a_rival_either() -> None:
    mine = new_take(NOON, b"\xff\xff")
    both = Takes((new_take(NOON, b"\0\0"), mine), widest=60_000, revision=2)
    limiter, script = limiter_of(DONE, condition_failed(takes_to_row("b", both)))
    limiter.take("b", limit=2, window=MINUTE, at=NOON)
    assert calls(script) == ["GetItem", "PutItem"]


def test_a_check_of_all_buckets_is_one_read() -> None:
    limiter, script = limiter_of(found_all(takes_to_row("b", taken(2)), takes_to_row("a", taken(1))))
    with pytest.raises(LimitExceeded) as refusal:
        limiter.check({"a": 2, "b": 2, "c": 1}, window=MINUTE, at=NOON + SECOND)
    assert (refusal.value.retry_after, calls(script)) == (timedelta(seconds=59), ["BatchGetItem"])
