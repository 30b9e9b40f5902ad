"""What stands in the pool and in the account row, and which states of a user Cognito alone knows."""

from dataclasses import replace

import pytest
from tests.contract.cognito.desks import CognitoDesk, cognito_desk
from tests.servers.ministack import Ministack

from demobackend.domain.model.account import AccountStatus, DisplayName, NewPassword
from demobackend.domain.model.audit import AuditAction
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import InvalidCredentials, NotFound
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.contracts.identity_provider import ADA, NETWORK, NOBODY, OTHER_PASSWORD, PASSWORD

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("ministack")]
ODD_PASSWORDS = (
    "  between two spaces  ",
    "line one\nline two",
    "a tab\tin the middle",
    "zero\u200bwidth characters",
    "null\0in the middle",
)


class TestUsers(Contract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def desk(self) -> CognitoDesk:
        return cognito_desk(self.server, self.cleanup)

    def test_the_username_is_our_user_id_and_the_address_is_canonical(self) -> None:
        desk = self.desk()
        desk.identity.register(EmailAddress("ADA@Example.test"), PASSWORD, DisplayName("Ada"))
        stage = desk.backstage
        user = stage.client.admin_get_user(UserPoolId=stage.pool.user_pool_id, Username=stage.account().id)
        attributes = {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}
        assert (user["Username"], attributes["email"]) == (stage.account().id, "ada@example.test")

    def test_registering_again_and_the_confirmation_are_told_once_each(self) -> None:
        desk = self.desk()
        desk.register()
        desk.confirm(desk.register())
        desk.identity.register(ADA, PASSWORD, None)
        assert desk.signs_in()
        assert desk.backstage.told() == [AuditAction.REGISTERED, AuditAction.REGISTERED, AuditAction.CONFIRMED]

    def test_a_hash_of_the_password_is_kept_until_the_address_is_confirmed_and_no_longer(self) -> None:
        desk = self.desk()
        code = desk.register()
        assert desk.backstage.account().password_hash
        desk.confirm(code)
        assert desk.backstage.account().password_hash is None

    def test_registering_again_keeps_the_user_id(self) -> None:
        desk = self.desk()
        desk.register()
        before = desk.backstage.account().id
        desk.register(password=OTHER_PASSWORD)
        assert desk.backstage.account().id == before

    def test_registering_a_confirmed_address_sends_its_owner_a_letter(self) -> None:
        desk = self.desk()
        desk.join()
        desk.identity.register(ADA, OTHER_PASSWORD, None)
        (letter,) = desk.backstage.mailer.newest(to=ADA.canonical, limit=10)
        assert "registered already" in letter.mail.subject

    def test_a_sign_in_hands_out_grant_session_and_token(self) -> None:
        desk = self.desk()
        desk.join()
        first, second = (desk.identity.authenticate(ADA, PASSWORD.value, network=NETWORK) for _ in range(2))
        assert first.grant and first.access and first.session_id
        assert first.session_id != second.session_id

    @pytest.mark.parametrize("password", ODD_PASSWORDS, ids=ascii)
    def test_a_password_of_any_characters_opens_its_account_alone(self, password: str) -> None:
        desk = self.desk()
        desk.join(password=NewPassword(password))
        assert desk.signs_in(password)
        assert not desk.signs_in(password.strip() + "x")
        assert not desk.signs_in(password.replace("\0", "").replace("\n", " ").replace("\t", " ").replace("\u200b", "") + " ")

    def test_an_account_that_is_disabled_here_does_not_sign_in(self) -> None:
        desk = self.desk()
        desk.join()
        account = desk.backstage.account()
        disabled = replace(account, status=AccountStatus.DISABLED, revision=account.revision + 1)
        desk.backstage.accounts.replace(disabled, expected=account.revision, audit=None)
        assert not desk.signs_in()

    def test_a_user_who_is_disabled_in_the_pool_does_not_sign_in(self) -> None:
        desk = self.desk()
        desk.join()
        stage = desk.backstage
        stage.client.admin_disable_user(UserPoolId=stage.pool.user_pool_id, Username=stage.account().id)
        assert not desk.signs_in()

    def test_a_password_that_an_operator_set_for_a_while_does_not_sign_in(self) -> None:
        desk = self.desk()
        desk.join()
        stage = desk.backstage
        stage.client.admin_set_user_password(
            UserPoolId=stage.pool.user_pool_id, Username=stage.account().id, Password=OTHER_PASSWORD.value, Permanent=False
        )
        assert not desk.signs_in(OTHER_PASSWORD.value)

    def test_a_confirmed_account_whose_user_is_unconfirmed_does_not_show(self) -> None:
        desk = self.desk()
        desk.join()
        stage = desk.backstage
        user = {"UserPoolId": stage.pool.user_pool_id, "Username": stage.account().id}
        stage.client.admin_delete_user(**user)
        stage.identity()._users.sign_up(stage.account().id, email=ADA.canonical, password=PASSWORD.value)
        with pytest.raises(InvalidCredentials):
            desk.identity.authenticate(ADA, PASSWORD.value, network=NETWORK)

    def test_nobody_is_made_by_asking_about_nobody(self) -> None:
        desk = self.desk()
        desk.identity.resend(NOBODY)
        assert not desk.signs_in(email=NOBODY)
        stage = desk.backstage
        assert stage.client.list_users(UserPoolId=stage.pool.user_pool_id)["Users"] == []
        with pytest.raises(NotFound):
            stage.accounts.find(NOBODY.canonical)
