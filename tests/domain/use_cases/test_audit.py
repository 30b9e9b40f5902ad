"""Each change of an account and of its sessions is told once; what changes nothing is not told; no fault parts the two."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.domain.model.account import AccountStatus, DisplayName, NewPassword
from demobackend.domain.model.audit import AuditAction, AuditEvent
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import DomainError, InvalidCode, InvalidCredentials, Unauthenticated
from demobackend.domain.model.tokens import Tokens
from demobackend.domain.use_cases.users.profile import ProfileEdit
from demobackend.testing.faults import every_single_fault, faulty
from demobackend.testing.people import PASSWORD, mailed_codes, register, sign_in
from demobackend.testing.world import World, memory_stores

ADA = EmailAddress("ada@example.test")
NAME = DisplayName("Ada")
REGISTERED, CONFIRMED, SIGNED_IN = AuditAction.REGISTERED, AuditAction.CONFIRMED, AuditAction.SIGNED_IN
JOINED = [SIGNED_IN, CONFIRMED, REGISTERED]


def told(world: World) -> list[AuditEvent]:
    """What the trail tells of Ada, newest first."""
    ada = world.stores.accounts.find(ADA.canonical)
    return [*world.stores.audit.page(ada.id, at=world.clock.now(), limit=100, after=None)]


def actions(world: World) -> list[AuditAction]:
    return [event.action for event in told(world)]


def rename(world: World, tokens: Tokens) -> object:
    return world.users.update_me(world.authenticate(tokens.access), ProfileEdit(display_name=NAME))


def refreshed(world: World, tokens: Tokens) -> Tokens:
    return world.users.refresh(tokens.refresh)


def test_a_person_who_joins_is_told_step_by_step(world: World) -> None:
    sign_in(world, ADA.given)
    assert actions(world) == JOINED


def test_an_event_tells_when_and_in_which_session(world: World) -> None:
    tokens = sign_in(world, ADA.given)
    session = world.authenticate(tokens.access).session_id
    rename(world, tokens)
    world.users.logout(tokens.refresh)
    assert [(event.session_id, event.at) for event in told(world)[:3]] == [(session, world.clock.now())] * 3
    assert [event.session_id for event in told(world)[3:]] == [None, None]
    assert actions(world) == [AuditAction.SIGNED_OUT, AuditAction.PROFILE_CHANGED, *JOINED]


def test_a_reused_refresh_token_is_told(world: World) -> None:
    first = sign_in(world, ADA.given)
    refreshed(world, refreshed(world, first))
    with pytest.raises(Unauthenticated):
        refreshed(world, first)
    assert actions(world) == [AuditAction.REFRESH_REUSED, *JOINED]


def test_registering_again_before_the_address_is_confirmed_is_told_again(world: World) -> None:
    register(world, ADA.given)
    sign_in(world, ADA.given)
    assert actions(world) == [*JOINED, REGISTERED]


def test_what_changes_nothing_is_not_told(world: World) -> None:
    tokens = sign_in(world, ADA.given)
    rename(world, tokens)
    before = actions(world)
    rename(world, tokens)
    tokens = refreshed(world, tokens)
    register(world, ADA.given)
    world.users.resend_confirmation(ADA)
    with pytest.raises(InvalidCredentials):
        world.users.login(ADA, "wrong password", network="test")
    with pytest.raises(InvalidCode):
        world.users.confirm_registration(ADA, "000000", network="test")
    assert actions(world) == before


def test_a_sign_out_that_is_repeated_is_told_once(world: World) -> None:
    tokens = sign_in(world, ADA.given)
    for _ in range(3):
        world.users.logout(tokens.refresh)
    assert actions(world) == [AuditAction.SIGNED_OUT, *JOINED]


type Act = Callable[[World, Tokens], object]


def reuse(world: World, tokens: Tokens) -> object:
    refreshed(world, refreshed(world, tokens))
    return refreshed(world, tokens)


ACTS: dict[str, Act] = {
    "login": lambda world, _: world.users.login(ADA, PASSWORD, network="test"),
    "refresh": refreshed,
    "reuse": reuse,
    "logout": lambda world, tokens: world.users.logout(tokens.refresh),
    "update_me": rename,
    "register_known": lambda world, _: world.users.register(ADA, NewPassword(PASSWORD), None),
}


@pytest.mark.parametrize("act", ACTS)
def test_after_any_single_fault_the_trail_tells_what_is_so(act: str) -> None:
    for faults in every_single_fault():
        clock = ManualClock()
        stores = memory_stores(clock)
        world = World(stores, clock)
        tokens = sign_in(world, ADA.given)
        with suppress(DomainError):
            ACTS[act](World(stores, clock, wrap=lambda port, _: faulty(port, faults)), tokens)  # noqa: B023 - used within the round
        faults.is_active = False
        assert_the_trail_tells_what_is_so(world)


def test_after_any_single_fault_a_confirmation_is_told_if_it_is_so() -> None:
    for faults in every_single_fault():
        clock = ManualClock()
        stores = memory_stores(clock)
        world = World(stores, clock)
        register(world, ADA.given)
        code = mailed_codes(world, ADA.given)[0]
        shaky = World(stores, clock, wrap=lambda port, _: faulty(port, faults))  # noqa: B023 - used within the round
        with suppress(DomainError):
            shaky.users.confirm_registration(ADA, code, network="test")
        faults.is_active = False
        assert_the_trail_tells_what_is_so(world)


def assert_the_trail_tells_what_is_so(world: World) -> None:
    account, events = world.stores.accounts.find(ADA.canonical), told(world)
    count = {action: [event.action for event in events].count(action) for action in AuditAction}
    assert count[REGISTERED] == 1
    assert count[CONFIRMED] == (account.status is AccountStatus.CONFIRMED)
    assert count[AuditAction.PROFILE_CHANGED] == (account.display_name == NAME)
    for session_id in {event.session_id for event in events} - {None}:
        assert session_id is not None
        of_session = [event.action for event in events if event.session_id == session_id]
        ends = [action for action in of_session if action in (AuditAction.SIGNED_OUT, AuditAction.REFRESH_REUSED)]
        assert len(ends) == (world.stores.sessions.get(session_id).ended_at is not None)
        assert of_session.count(SIGNED_IN) == 1
