"""Somebody signed in at a pool: what the issuer of tokens starts from."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from tests.contract.cognito.desks import CognitoDesk, cognito_desk
from tests.servers.ministack import Ministack

from demobackend.adapters.system.clock import SystemClock
from demobackend.domain.model.account import SignIn
from demobackend.domain.model.session import Session
from demobackend.testing.contracts.identity_provider import ADA, NETWORK, PASSWORD


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in and the session that comes of it; sessions live by the machine's clock, as Cognito's tokens do."""

    desk: CognitoDesk
    proof: SignIn
    session: Session


def sign_in_anew(server: Ministack, cleanup: ExitStack) -> SignedIn:
    """Somebody in a pool of their own."""
    desk = cognito_desk(server, cleanup)
    desk.join()
    return sign_in_again(desk)


def sign_in_again(desk: CognitoDesk) -> SignedIn:
    """Another session of the same person."""
    proof = desk.identity.authenticate(ADA, PASSWORD.value, network=NETWORK)
    now = SystemClock().now()
    assert proof.session_id is not None
    session = Session(
        id=proof.session_id,
        user_id=proof.account.id,
        created_at=now,
        expires_at=now + timedelta(days=30),
        rotated_at=now,
        grant=proof.grant,
    )
    return SignedIn(desk, proof, session)
