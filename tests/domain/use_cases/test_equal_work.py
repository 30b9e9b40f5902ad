"""Calls that must not tell whether an address is known do the same work for every address: as many hashes, reads, writes and mails."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.domain.model.account import AccountStatus, NewPassword
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import InvalidCode, InvalidCredentials
from demobackend.domain.model.letter_rules import LetterRules
from demobackend.testing.faults import faulty, no_faults
from demobackend.testing.people import PASSWORD, register, sign_in
from demobackend.testing.world import World, memory_stores

WORK = {
    "MemoryPasswordHasher.hash": "hash",
    "MemoryPasswordHasher.verify": "hash",
    "MemoryAccountStore.create": "write",
    "MemoryAccountStore.replace": "write",
    "MemoryAccountStore.find": "read",
    "MemoryRateLimiter.check": "read",
    "MemoryRateLimiter.take": "write",
    "MemoryMailer.send": "mail",
    "DecoyMailer.send": "mail",
}
ADDRESSES = {
    name: EmailAddress(f"{name}@example.test") for name in ("unknown", "waiting", "confirmed", "written-to-too-often", "waiting-too-often")
}


def refused(act: Callable[[], object], error: type[Exception]) -> None:
    with pytest.raises(error):
        act()


ACTS: Mapping[str, Callable[[World, EmailAddress], object]] = {
    "register": lambda world, email: world.users.register(email, NewPassword(PASSWORD), None),
    "resend": lambda world, email: world.users.resend_confirmation(email),
    "confirm": lambda world, email: refused(lambda: world.users.confirm_registration(email, "wrong", network="test"), InvalidCode),
    "login": lambda world, email: refused(lambda: world.users.login(email, "not the one", network="test"), InvalidCredentials),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_every_address_costs_the_same_work(act: Callable[[World, EmailAddress], object]) -> None:
    costs = {name: work_for(address, act) for name, address in ADDRESSES.items()}
    assert costs == dict.fromkeys(costs, costs["unknown"])


def test_a_code_that_is_dead_costs_what_a_live_one_costs() -> None:
    def kill(world: World, email: EmailAddress) -> None:
        for _ in range(5):
            ACTS["confirm"](world, email)

    waiting = ADDRESSES["waiting"]
    assert work_for(waiting, ACTS["confirm"], before=kill) == work_for(waiting, ACTS["confirm"])


def test_the_right_password_of_a_disabled_account_costs_what_a_wrong_one_costs() -> None:
    def disable(world: World, email: EmailAddress) -> None:
        account = world.stores.accounts.find(email.canonical)
        disabled = replace(account, status=AccountStatus.DISABLED, revision=account.revision + 1)
        world.stores.accounts.replace(disabled, expected=account.revision, audit=None)

    def sign_in_rightly(world: World, email: EmailAddress) -> None:
        refused(lambda: world.users.login(email, PASSWORD, network="test"), InvalidCredentials)

    confirmed = ADDRESSES["confirmed"]
    assert work_for(confirmed, sign_in_rightly, before=disable) == work_for(confirmed, ACTS["login"])


def work_for(
    address: EmailAddress, act: Callable[[World, EmailAddress], object], *, before: Callable[[World, EmailAddress], object] | None = None
) -> Counter[str]:
    """What a call costs in a world where each of the addresses stands as its name says."""
    clock, work = ManualClock(), no_faults()
    stores = memory_stores(clock)
    bare = World(stores, clock)
    register(bare, ADDRESSES["waiting"].given)
    sign_in(bare, ADDRESSES["confirmed"].given)
    register(bare, ADDRESSES["waiting-too-often"].given)
    for name in ("written-to-too-often", "waiting-too-often"):
        for _ in range(LetterRules().per_hour):
            bare.users.resend_confirmation(ADDRESSES[name])
    if before is not None:
        before(bare, address)
    act(World(stores, clock, wrap=lambda port, _: faulty(port, work)), address)
    return Counter(WORK[call.name] for call in work.calls if call.name in WORK)
