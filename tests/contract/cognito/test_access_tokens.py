"""Cognito's tokens keep the contract of issuer and verifier, and sessions end with their grants."""

from dataclasses import replace

import pytest
from tests.contract.cognito.pools import cognito_client, keys_url
from tests.contract.cognito.signed_in import sign_in_again, sign_in_anew
from tests.servers.ministack import Ministack

from demobackend.adapters.cognito.pool import CognitoPool
from demobackend.adapters.cognito.token_issuer import CognitoTokenIssuer
from demobackend.adapters.cognito.token_verifier import CognitoTokenVerifier
from demobackend.adapters.system.clock import SystemClock
from demobackend.domain.model.account import Account
from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.errors import Unauthenticated
from demobackend.testing.contracts.access_tokens import AccessTokensContract, TokenPair

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("ministack")]


class TestCognitoAccessTokens(AccessTokensContract):
    @pytest.fixture(autouse=True)
    def _server(self, ministack: Ministack) -> None:
        self.server = ministack

    def pair(self) -> TokenPair:
        signed_in, clock = sign_in_anew(self.server, self.cleanup), SystemClock()
        pool = signed_in.desk.backstage.pool
        return TokenPair(
            issuer=CognitoTokenIssuer(cognito_client(self.server), pool),
            verifier=CognitoTokenVerifier(pool, clock=clock, keys_url=keys_url(self.server, pool)),
            account=signed_in.proof.account,
            session=signed_in.session,
            now=clock.now,
            appoint=lambda account: self.appoint(pool, account),
        )

    def appoint(self, pool: CognitoPool, account: Account) -> None:
        client = cognito_client(self.server)
        for role in SiteRole:
            if role in account.roles:
                client.create_group(UserPoolId=pool.user_pool_id, GroupName=role.value)
                client.admin_add_user_to_group(UserPoolId=pool.user_pool_id, Username=account.id, GroupName=role.value)

    def test_the_first_token_of_a_sign_in_is_believed_too(self) -> None:
        signed_in, clock = sign_in_anew(self.server, self.cleanup), SystemClock()
        pool = signed_in.desk.backstage.pool
        verifier = CognitoTokenVerifier(pool, clock=clock, keys_url=keys_url(self.server, pool))
        assert signed_in.proof.access is not None
        claims = verifier.verify(signed_in.proof.access.text, at=clock.now())
        assert (claims.user_id, claims.session_id) == (signed_in.proof.account.id, signed_in.session.id)

    def test_a_revoked_session_gets_no_more_tokens_and_others_do(self) -> None:
        first = sign_in_anew(self.server, self.cleanup)
        second = sign_in_again(first.desk)
        issuer, at = CognitoTokenIssuer(cognito_client(self.server), first.desk.backstage.pool), SystemClock().now()
        issuer.revoke(first.session)
        with pytest.raises(Unauthenticated):
            issuer.issue(first.proof.account, first.session, at=at)
        assert issuer.issue(second.proof.account, second.session, at=at).text

    def test_a_grant_opens_no_session_but_its_own(self) -> None:
        first = sign_in_anew(self.server, self.cleanup)
        second = sign_in_again(first.desk)
        issuer, at = CognitoTokenIssuer(cognito_client(self.server), first.desk.backstage.pool), SystemClock().now()
        with pytest.raises(Unauthenticated):
            issuer.issue(first.proof.account, replace(first.session, grant=second.session.grant), at=at)

    def test_a_session_without_a_grant_gets_no_token(self) -> None:
        signed_in = sign_in_anew(self.server, self.cleanup)
        issuer = CognitoTokenIssuer(cognito_client(self.server), signed_in.desk.backstage.pool)
        with pytest.raises(Unauthenticated):
            issuer.issue(signed_in.proof.account, replace(signed_in.session, grant=None), at=SystemClock().now())

    def test_an_id_token_is_no_access_token(self) -> None:
        signed_in, clock = sign_in_anew(self.server, self.cleanup), SystemClock()
        pool = signed_in.desk.backstage.pool
        assert signed_in.session.grant is not None
        renewed = cognito_client(self.server).get_tokens_from_refresh_token(
            RefreshToken=signed_in.session.grant, ClientId=pool.client_id, ClientSecret=pool.client_secret or ""
        )["AuthenticationResult"]
        verifier = CognitoTokenVerifier(pool, clock=clock, keys_url=keys_url(self.server, pool))
        assert verifier.verify(renewed["AccessToken"], at=clock.now()).session_id == signed_in.session.id
        with pytest.raises(Unauthenticated):
            verifier.verify(renewed["IdToken"], at=clock.now())
