"""Whatever breaks off between Cognito and the account row, the owner of the address comes in by what anybody would try."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from tests.contract.cognito.desks import CognitoDesk, cognito_desk
from tests.servers.ministack import Ministack

from demobackend.adapters.cognito.identity_provider import CognitoIdentity
from demobackend.domain.model.account import AccountStatus
from demobackend.domain.model.audit import AuditAction
from demobackend.domain.model.errors import DomainError, InvalidCode, InvalidCredentials, Unavailable
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.identity_provider import ADA, NETWORK, OTHER_PASSWORD, PASSWORD
from demobackend.testing.faults import Fault, every_single_fault, fault_in

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("ministack")]
type Act = Callable[[CognitoIdentity, CognitoDesk], object]

BEFORE: dict[str, Callable[[CognitoDesk], object]] = {
    "nobody": lambda desk: None,
    "waiting": lambda desk: desk.register(),
    "there": lambda desk: desk.join(),
}
ACTS: dict[str, tuple[str, Act]] = {
    "register": ("nobody", lambda identity, desk: identity.register(ADA, PASSWORD, None)),
    "register again": ("waiting", lambda identity, desk: identity.register(ADA, PASSWORD, None)),
    "register a known address": ("there", lambda identity, desk: identity.register(ADA, PASSWORD, None)),
    "resend": ("waiting", lambda identity, desk: identity.resend(ADA)),
    "confirm": ("waiting", lambda identity, desk: identity.confirm(ADA, desk.codes(ADA.canonical)[-1], network=NETWORK)),
    "confirm wrongly": ("waiting", lambda identity, desk: identity.confirm(ADA, "000000", network=NETWORK)),
    "sign in": ("there", lambda identity, desk: identity.authenticate(ADA, PASSWORD.value, network=NETWORK)),
}


class TestBrokenOff(Contract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    @pytest.mark.parametrize("act", ACTS)
    def test_after_any_single_fault_the_owner_comes_in(self, act: str) -> None:
        beginning, do = ACTS[act]
        fired = 0
        for faults in every_single_fault():
            desk = cognito_desk(self.server, self.cleanup)
            BEFORE[beginning](desk)
            with suppress(DomainError):
                do(desk.backstage.identity(faults), desk)
            fired += len(faults.fired)
            come_in(desk)
        assert fired > 0

    def test_a_code_that_cognito_took_is_noted_at_the_next_sign_in(self) -> None:
        desk = cognito_desk(self.server, self.cleanup)
        code = desk.register()
        broken = desk.backstage.identity(fault_in("confirm_sign_up", Fault.AFTER))
        with pytest.raises(Unavailable):
            broken.confirm(ADA, code, network=NETWORK)
        assert desk.backstage.account().status is AccountStatus.UNCONFIRMED
        assert desk.signs_in()
        after = desk.backstage.account()
        assert (after.status, after.password_hash, after.code) == (AccountStatus.CONFIRMED, None, None)
        assert desk.backstage.told() == [AuditAction.REGISTERED, AuditAction.CONFIRMED]

    def test_while_a_registration_replaces_the_user_no_code_is_taken_or_sent(self) -> None:
        desk = cognito_desk(self.server, self.cleanup)
        code = desk.register()
        with pytest.raises(Unavailable):
            desk.backstage.identity(fault_in("admin_delete_user", Fault.BEFORE)).register(ADA, OTHER_PASSWORD, None)
        desk.identity.resend(ADA)
        with pytest.raises(InvalidCode):
            desk.confirm(code)
        assert desk.codes(ADA.canonical) == [code]

    def test_a_registration_that_broke_off_is_mended_by_asking_for_the_code_again_a_minute_later(self) -> None:
        desk = cognito_desk(self.server, self.cleanup)
        desk.register()
        with pytest.raises(Unavailable):
            desk.backstage.identity(fault_in("sign_up", Fault.AFTER)).register(ADA, OTHER_PASSWORD, None)
        desk.advance(timedelta(minutes=1))
        desk.identity.resend(ADA)
        desk.confirm(desk.codes(ADA.canonical)[-1])
        assert desk.signs_in(OTHER_PASSWORD.value)

    def test_a_user_who_is_gone_from_the_pool_is_made_anew_by_registering(self) -> None:
        desk = cognito_desk(self.server, self.cleanup)
        desk.register()
        stage = desk.backstage
        stage.client.admin_delete_user(UserPoolId=stage.pool.user_pool_id, Username=stage.account().id)
        desk.confirm(desk.register())
        assert desk.signs_in()

    def test_a_sign_in_that_meets_a_new_registration_is_judged_anew(self) -> None:
        desk = cognito_desk(self.server, self.cleanup)
        code = desk.register()
        with pytest.raises(Unavailable):
            desk.backstage.identity(fault_in("confirm_sign_up", Fault.AFTER)).confirm(ADA, code, network=NETWORK)
        desk.identity.register(ADA, OTHER_PASSWORD, None)
        with pytest.raises(InvalidCredentials):
            desk.identity.authenticate(ADA, PASSWORD.value, network=NETWORK)
        desk.confirm(desk.codes(ADA.canonical)[-1])
        assert desk.signs_in(OTHER_PASSWORD.value)


def come_in(desk: CognitoDesk) -> None:
    """Sign in, or register and confirm first. Raises whatever keeps the owner out."""
    with suppress(DomainError):
        desk.identity.authenticate(ADA, PASSWORD.value, network="check")
        return
    desk.identity.register(ADA, PASSWORD, None)
    desk.identity.confirm(ADA, desk.codes(ADA.canonical)[-1], network="check")
    desk.identity.authenticate(ADA, PASSWORD.value, network="check")
