"""How many letters one address is sent, however often somebody asks."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.domain.model.account import NewPassword
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import InvalidCredentials, NotConfirmed, Unavailable
from demobackend.domain.model.letter_rules import LetterRules
from demobackend.domain.use_cases.users.letter_limit import LetterLimit
from demobackend.testing.client import Client
from demobackend.testing.faults import Fault, fault_in, faulty
from demobackend.testing.people import PASSWORD, mailed_codes, register, sign_in
from demobackend.testing.races import race, refusals, winners
from demobackend.testing.world import World, memory_stores

ADA = EmailAddress("ada@example.test")
EVE = EmailAddress("eve@example.test")
RULES = LetterRules()
HOUR = timedelta(hours=1)


def letters(world: World, email: EmailAddress = ADA) -> int:
    return len(world.stores.mailbox.newest(to=email.canonical, limit=100))


def resend(world: World, email: EmailAddress = ADA, *, times: int = 1) -> None:
    for _ in range(times):
        world.users.resend_confirmation(email)


def register_again(world: World, email: EmailAddress = ADA) -> None:
    world.users.register(email, NewPassword(PASSWORD), None)


def test_an_address_is_sent_five_letters_an_hour_and_the_sixth_when_the_first_is_an_hour_old(world: World) -> None:
    register(world, ADA.given)
    resend(world, times=RULES.per_hour - 2)
    assert letters(world) == RULES.per_hour - 1
    resend(world)
    assert letters(world) == RULES.per_hour
    resend(world, times=10)
    register_again(world)
    assert letters(world) == RULES.per_hour
    world.clock.advance(HOUR)
    resend(world)
    assert letters(world) == RULES.per_hour + 1


def test_an_address_is_sent_twenty_letters_a_day(world: World) -> None:
    register(world, ADA.given)
    for _ in range(6):
        resend(world, times=8)
        world.clock.advance(HOUR)
    assert letters(world) == RULES.per_day
    world.clock.advance(timedelta(days=1) - 6 * HOUR)
    resend(world)
    assert letters(world) == RULES.per_day + 1


def test_every_spelling_of_an_address_counts_for_one_and_another_address_is_not_affected(world: World) -> None:
    register(world, ADA.given)
    for spelling in ("ADA@example.test", "Ada@EXAMPLE.test", "ａda@example.test") * 5:
        resend(world, EmailAddress(spelling))
    assert letters(world) == RULES.per_hour
    register(world, EVE.given)
    assert letters(world, EVE) == 1


def test_the_owner_of_an_account_is_told_of_strangers_who_register_five_times_an_hour(world: World) -> None:
    sign_in(world, ADA.given)
    for _ in range(20):
        register_again(world)
    assert letters(world) == RULES.per_hour


def test_asking_for_an_address_that_is_sent_nothing_counts_too_or_what_it_is_sent_later_would_tell(world: World) -> None:
    resend(world, times=RULES.per_hour)
    assert letters(world) == 0
    register_again(world)
    assert letters(world) == 0
    with pytest.raises(InvalidCredentials):
        world.users.login(ADA, PASSWORD, network="test")


def test_the_code_that_was_sent_last_stays_good_and_so_does_its_password(world: World) -> None:
    register(world, ADA.given)
    resend(world, times=RULES.per_hour)
    world.users.register(ADA, NewPassword("another fine phrase"), None)
    with pytest.raises(NotConfirmed):
        world.users.login(ADA, PASSWORD, network="test")
    world.users.confirm_registration(ADA, mailed_codes(world, ADA.given)[0], network="test")
    assert world.users.login(ADA, PASSWORD, network="test").refresh


def test_many_that_ask_at_once_are_admitted_as_if_one_after_another(world: World) -> None:
    limit = LetterLimit(world.stores.failures, world.stores.ids, world.clock)
    outcomes = race(lambda _: limit.admits(ADA))
    assert refusals(outcomes) == {}
    assert winners(outcomes).count(True) == RULES.per_hour


def test_beyond_the_limit_the_answer_is_the_same_to_the_byte(world: World) -> None:
    client = Client(world.dispatch)
    for path, more in (("/v1/auth/register", {"password": PASSWORD}), ("/v1/auth/confirm/resend", {})):
        answers = {_answer(client, path, {"email": ADA.given, **more}) for _ in range(2 * RULES.per_hour)}
        assert len(answers) == 1
        assert answers == {_answer(client, path, {"email": "abe@example.test", **more})}
    assert letters(world) == RULES.per_hour


def _answer(client: Client, path: str, body: dict[str, str]) -> tuple[int, bytes]:
    answered = client("POST", path, body=body)
    return answered.status, answered.reply.body


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
@pytest.mark.parametrize("method", ["MemoryRateLimiter.check", "MemoryRateLimiter.take"])
@pytest.mark.parametrize("act", [register_again, resend])
def test_when_the_count_cannot_be_kept_nothing_is_sent_and_the_caller_is_told(
    act: Callable[[World], object], method: str, fault: Fault
) -> None:
    clock = ManualClock()
    stores = memory_stores(clock)
    bare = World(stores, clock)
    register(bare, ADA.given)
    before = stores.accounts.find(ADA.canonical)
    faults = fault_in(method, fault)
    with pytest.raises(Unavailable):
        act(World(stores, clock, wrap=lambda port, _: faulty(port, faults)))
    assert (letters(bare), stores.accounts.find(ADA.canonical)) == (1, before)
    act(bare)
    assert letters(bare) == 2
