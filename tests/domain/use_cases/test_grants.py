"""Sessions over a provider that begins them itself and renews access by grants, each good until the next one is used."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from demobackend.adapters.memory.account_store import MemoryAccountStore
from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.mailer import MemoryMailer
from demobackend.adapters.memory.password_hasher import MemoryPasswordHasher
from demobackend.adapters.memory.random_source import SeededRandom
from demobackend.adapters.memory.rate_limiter import MemoryRateLimiter
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.memory.session_store import MemorySessionStore
from demobackend.adapters.memory.tokens import MemoryTokens
from demobackend.domain.model.account import Account, AccountStatus, SignIn
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import Unauthenticated, Unavailable
from demobackend.domain.model.ids import SessionId
from demobackend.domain.model.session import RefreshToken, Session
from demobackend.domain.model.tokens import AccessToken
from demobackend.domain.use_cases.users.failures import Failures
from demobackend.domain.use_cases.users.letter_limit import LetterLimit
from demobackend.domain.use_cases.users.letters import Letters
from demobackend.domain.use_cases.users.own_identity import OwnIdentity
from demobackend.domain.use_cases.users.sign_in import Handing, Login, Logout, Refresh
from demobackend.ports.secrets import Purpose
from demobackend.testing.contracts.identity_provider import ADA, NETWORK, PASSWORD
from demobackend.testing.faults import Fault, Faults, fault_in, faulty, no_faults
from demobackend.testing.samples import sample_account, sample_event


class Grants(MemoryTokens):
    """Tokens for a grant. Using one hands out the next; the used one works until `forget_used`."""

    def __init__(self, secrets: MemorySecrets, ids: SequentialIds) -> None:
        super().__init__(secrets, ids, timedelta(minutes=15))
        self.current: dict[str, SessionId] = {}
        self.used: dict[str, SessionId] = {}
        self._more = ids

    def begin(self, account: Account, at: datetime) -> tuple[Session, AccessToken]:
        session = Session(id=SessionId(self._more.new()), user_id=account.id, created_at=at, expires_at=at, rotated_at=at)
        return replace(session, grant=self._granted(session.id)), super().issue(account, session, at=at)

    def issue(self, account: Account, session: Session, *, at: datetime) -> AccessToken:
        grant = session.grant or ""
        if {**self.used, **self.current}.get(grant) != session.id:
            raise Unauthenticated
        self.used[grant] = session.id
        self.current.pop(grant, None)
        return replace(super().issue(account, session, at=at), grant=self._granted(session.id))

    def revoke(self, session: Session) -> None:
        for grants in (self.current, self.used):
            for grant in [grant for grant, owner in grants.items() if owner == session.id]:
                del grants[grant]

    def forget_used(self) -> None:
        self.used.clear()

    def _granted(self, session_id: SessionId) -> str:
        grant = f"grant-{self._more.new()}"
        self.current[grant] = session_id
        return grant


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantingIdentity(OwnIdentity):
    """Our own provider, but for who begins the session."""

    grants: Grants

    def authenticate(self, email: EmailAddress, password: str, *, network: str) -> SignIn:
        account = OwnIdentity.authenticate(self, email, password, network=network).account
        session, access = self.grants.begin(account, self.clock.now())
        return SignIn(account, grant=session.grant, session_id=session.id, access=access)


class House:
    """Everything about sessions, over such a provider."""

    def __init__(self, faults: Faults | None = None) -> None:
        self.faults, clock = faults or no_faults(), ManualClock()
        ids, secrets, accounts, hasher = (
            SequentialIds(clock),
            MemorySecrets(),
            MemoryAccountStore(MemoryAuditTrail()),
            MemoryPasswordHasher(cost=1),
        )
        ada = replace(sample_account(1), email=ADA, status=AccountStatus.CONFIRMED, password_hash=hasher.hash(PASSWORD.value))
        accounts.create(ada, audit=sample_event())
        counts = MemoryRateLimiter()
        self.grants, self.secrets, self.sessions = Grants(secrets, ids), secrets, MemorySessionStore(MemoryAuditTrail())
        identity = GrantingIdentity(
            accounts=accounts,
            hasher=hasher,
            letters=Letters(mailer=MemoryMailer(clock), decoy=MemoryMailer(clock), ids=ids, limit=LetterLimit(counts, ids, clock)),
            failures=Failures(counts, clock),
            random=SeededRandom(),
            ids=ids,
            clock=clock,
            grants=self.grants,
        )
        issuer = faulty(self.grants, self.faults)
        handing = Handing(accounts=accounts, issuer=issuer, secrets=secrets)
        self._login = Login(identity=identity, sessions=self.sessions, handing=handing, ids=ids, clock=clock)
        self.refresh = Refresh(sessions=self.sessions, handing=handing, secrets=secrets, ids=ids, clock=clock)
        self.logout = Logout(sessions=self.sessions, secrets=secrets, ids=ids, clock=clock, issuer=issuer)

    def sign_in(self) -> str:
        return self._login(ADA, PASSWORD.value, network=NETWORK).refresh

    def session(self, refresh_token: str) -> Session:
        return self.sessions.get(RefreshToken.open(refresh_token, self.secrets.keys(Purpose.REFRESH_TOKEN)).session_id)


def test_a_session_has_the_id_and_the_first_token_that_its_provider_gave_it() -> None:
    house = House()
    session = house.session(house.sign_in())
    assert session.grant is not None
    assert house.grants.current == {session.grant: session.id}
    assert house.faults.calls == ()


def test_a_session_lives_on_the_newest_grant() -> None:
    house = House()
    token = house.sign_in()
    for _ in range(3):
        token = house.refresh(token).refresh
        house.grants.forget_used()
    assert house.session(token).grant in house.grants.current


def test_a_repeated_refresh_keeps_the_grant_that_it_brought() -> None:
    house = House()
    first = house.sign_in()
    second = house.refresh(first).refresh
    assert house.refresh(first).refresh == second
    house.grants.forget_used()
    assert house.refresh(second).refresh != second


def test_logging_out_ends_the_session_and_revokes_its_grant() -> None:
    house = House()
    token, other = house.sign_in(), house.sign_in()
    house.logout(token)
    assert house.session(token).ended_at is not None
    assert set(house.grants.current.values()) == {house.session(other).id}


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
def test_a_log_out_that_could_not_revoke_ended_the_session_and_can_be_repeated(fault: Fault) -> None:
    house = House(fault_in("revoke", fault))
    token = house.sign_in()
    with pytest.raises(Unavailable):
        house.logout(token)
    assert house.session(token).ended_at is not None
    house.logout(token)
    assert house.grants.current == {}


def test_a_reused_token_ends_the_session_and_revokes_its_grant() -> None:
    house = House()
    first = house.sign_in()
    house.refresh(house.refresh(first).refresh)
    with pytest.raises(Unauthenticated):
        house.refresh(first)
    assert house.session(first).ended_at is not None
    assert (house.grants.current, house.grants.used) == ({}, {})


def test_a_session_whose_grant_its_provider_revoked_is_refused() -> None:
    house = House()
    token = house.sign_in()
    house.grants.revoke(house.session(token))
    with pytest.raises(Unauthenticated):
        house.refresh(token)
