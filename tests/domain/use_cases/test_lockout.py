"""Wrong passwords and codes lock an account, a network, and in the end everybody out, each for as long as the window says."""

from datetime import timedelta

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.rate_limiter import MemoryRateLimiter
from demobackend.domain.model.errors import Locked
from demobackend.domain.model.lockout import LockoutRules
from demobackend.domain.use_cases.users.failures import Failures

FEW, MANY = 3, 100
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def is_locked(failures: Failures, *, account: str, network: str) -> bool:
    try:
        failures.check(account=account, network=network)
    except Locked:
        return True
    return False


def test_an_account_is_locked_out_from_every_network(clock: ManualClock) -> None:
    failures = Failures(MemoryRateLimiter(), clock, LockoutRules(per_account=FEW, per_network=MANY, everywhere=MANY))
    for number in range(FEW):
        failures.count(account="ada", network=f"198.51.100.{number}")
    assert is_locked(failures, account="ada", network=HERE)
    assert not is_locked(failures, account="eve", network=HERE)


def test_a_network_is_locked_out_of_every_account(clock: ManualClock) -> None:
    failures = Failures(MemoryRateLimiter(), clock, LockoutRules(per_account=MANY, per_network=FEW, everywhere=MANY))
    for number in range(FEW):
        failures.count(account=f"account {number}", network=HERE)
    assert is_locked(failures, account="ada", network=HERE)
    assert not is_locked(failures, account="ada", network=THERE)


def test_everybody_is_locked_out_when_there_are_too_many_failures_in_all(clock: ManualClock) -> None:
    failures = Failures(MemoryRateLimiter(), clock, LockoutRules(per_account=MANY, per_network=MANY, everywhere=FEW))
    for number in range(FEW):
        assert not is_locked(failures, account="ada", network=HERE)
        failures.count(account=f"account {number}", network=f"198.51.100.{number}")
    assert is_locked(failures, account="ada", network=HERE)


def test_a_lockout_ends_with_its_window(clock: ManualClock) -> None:
    window = timedelta(minutes=15)
    failures = Failures(MemoryRateLimiter(), clock, LockoutRules(per_account=1, window=window))
    failures.count(account="ada", network=HERE)
    clock.advance(window - timedelta(milliseconds=1))
    assert is_locked(failures, account="ada", network=HERE)
    clock.advance(timedelta(milliseconds=1))
    assert not is_locked(failures, account="ada", network=HERE)
