"""Sessions: begin one, keep it alive by rotation, end it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from demobackend.domain.model.account import AccountStatus
from demobackend.domain.model.audit import AuditAction, AuditEvent
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import NotFound, Unauthenticated, Unavailable, VersionConflict
from demobackend.domain.model.ids import SessionId
from demobackend.domain.model.session import RefreshToken, Session, Turn
from demobackend.domain.model.tokens import AccessToken, Tokens
from demobackend.domain.use_cases.users.audit import new_event
from demobackend.ports.account_store import AccountStore
from demobackend.ports.clock import Clock
from demobackend.ports.identity_provider import IdentityProvider
from demobackend.ports.ids import Ids
from demobackend.ports.secrets import Purpose, Secrets
from demobackend.ports.session_store import SessionStore
from demobackend.ports.token_issuer import TokenIssuer

SESSION_LIFE = timedelta(days=30)
_ROUNDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """Turns a living session into the tokens that its client keeps."""

    accounts: AccountStore
    issuer: TokenIssuer
    secrets: Secrets

    def access(self, session: Session, *, at: datetime) -> AccessToken:
        """Return an access token. Raises `Unauthenticated` when the account may no longer sign in, `Unavailable`."""
        try:
            account = self.accounts.get(session.user_id)
        except NotFound:
            raise Unauthenticated from None
        if account.status is not AccountStatus.CONFIRMED:
            raise Unauthenticated
        return self.issuer.issue(account, session, at=at)

    def tokens(self, session: Session, access: AccessToken) -> Tokens:
        """Return both tokens; the refresh token is the session's current one. Raises `Unavailable`."""
        key = self.secrets.keys(Purpose.REFRESH_TOKEN)[0]
        return Tokens(access=access.text, refresh=session.current_token.sealed(key), life=access.life)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Begin a session for whoever proves to be the account's owner."""

    identity: IdentityProvider
    sessions: SessionStore
    handing: Handing
    ids: Ids
    clock: Clock

    def __call__(self, email: EmailAddress, password: str, *, network: str) -> Tokens:
        """Return tokens. Raises `InvalidCredentials`, `NotConfirmed`, `Locked`, `Unavailable`."""
        signed_in = self.identity.authenticate(email, password, network=network)
        now = self.clock.now()
        session = Session(
            id=signed_in.session_id or SessionId(self.ids.new()),
            user_id=signed_in.account.id,
            created_at=now,
            expires_at=now + SESSION_LIFE,
            rotated_at=now,
            grant=signed_in.grant,
        )
        access = signed_in.access or self.handing.issuer.issue(signed_in.account, session, at=now)
        session = replace(session, grant=access.grant or session.grant)
        self.sessions.create(session, audit=_event(self.ids, AuditAction.SIGNED_IN, session, at=now))
        return self.handing.tokens(session, access)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """Rotate a session's tokens. A used token proves a theft, or a lost reply: within the grace its direct parent gets the
    current token again; anything older ends the whole family."""

    sessions: SessionStore
    handing: Handing
    secrets: Secrets
    ids: Ids
    clock: Clock

    def __call__(self, refresh_token: str) -> Tokens:
        """Return the current tokens. Raises `Unauthenticated`, `Unavailable`."""
        presented = RefreshToken.open(refresh_token, self.secrets.keys(Purpose.REFRESH_TOKEN))
        for _ in range(_ROUNDS):
            session = _session(self.sessions, presented.session_id)
            now = self.clock.now()
            try:
                return self._turn(session, presented.generation, now)
            except VersionConflict:
                continue  # another use of the same token won: judge this one by what it left
        raise Unavailable

    def _turn(self, session: Session, generation: int, now: datetime) -> Tokens:
        match session.turn(generation, at=now):
            case Turn.OVER:
                raise Unauthenticated
            case Turn.REUSED:
                ended = session.ended(at=now)
                event = _event(self.ids, AuditAction.REFRESH_REUSED, ended, at=now)
                self.sessions.replace(ended, expected=session.revision, audit=event)
                self.handing.issuer.revoke(ended)
                raise Unauthenticated
            case Turn.REPEAT:
                access = self.handing.access(session, at=now)
                if access.grant is not None:  # the grant before it dies soon, so losing this one would end the session
                    renewed = replace(session, grant=access.grant, revision=session.revision + 1)
                    self.sessions.replace(renewed, expected=session.revision, audit=None)
                return self.handing.tokens(session, access)
            case Turn.ROTATE:
                access = self.handing.access(session, at=now)
                rotated = replace(session.rotated(at=now), grant=access.grant or session.grant)
                self.sessions.replace(rotated, expected=session.revision, audit=None)
                return self.handing.tokens(rotated, access)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """End a session, with all its tokens. Unknown tokens are fine: what the caller wants is so already.

    The record is ended first, because it is what counts; a second try revokes the grant of a session that is over already.
    """

    sessions: SessionStore
    secrets: Secrets
    ids: Ids
    clock: Clock
    issuer: TokenIssuer

    def __call__(self, refresh_token: str) -> None:
        """Raises `Unavailable`."""
        try:
            presented = RefreshToken.open(refresh_token, self.secrets.keys(Purpose.REFRESH_TOKEN))
        except Unauthenticated:
            return
        for _ in range(_ROUNDS):
            try:
                session, now = self.sessions.get(presented.session_id), self.clock.now()
                ended = session.ended(at=now)
                if ended is not session:
                    event = _event(self.ids, AuditAction.SIGNED_OUT, ended, at=now)
                    self.sessions.replace(ended, expected=session.revision, audit=event)
            except NotFound:
                return
            except VersionConflict:
                continue
            self.issuer.revoke(ended)
            return
        raise Unavailable


def _event(ids: Ids, action: AuditAction, session: Session, *, at: datetime) -> AuditEvent:
    return new_event(ids, action, session.user_id, at=at, session_id=session.id)


def _session(sessions: SessionStore, session_id: SessionId) -> Session:
    try:
        return sessions.get(session_id)
    except NotFound:
        raise Unauthenticated from None
