"""Cognito identity over memory for everything that Cognito does not keep."""

import re
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.contract.cognito.pools import cognito_client, new_pool, sender_of
from tests.servers.ministack import Ministack

from demobackend.adapters.cognito.identity_provider import CognitoIdentity
from demobackend.adapters.cognito.pool import CognitoPool
from demobackend.adapters.memory.account_store import MemoryAccountStore
from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.mailer import MemoryMailer
from demobackend.adapters.memory.password_hasher import MemoryPasswordHasher
from demobackend.adapters.memory.rate_limiter import MemoryRateLimiter
from demobackend.domain.model.account import Account
from demobackend.domain.model.audit import AuditAction
from demobackend.domain.use_cases.users.failures import Failures
from demobackend.domain.use_cases.users.letter_limit import LetterLimit
from demobackend.domain.use_cases.users.letters import Letters
from demobackend.testing.contracts.identity_provider import ADA, IdentityDesk
from demobackend.testing.faults import Faults, faulty, no_faults

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Backstage:
    """What stands behind a desk."""

    client: "CognitoIdentityProviderClient"
    pool: CognitoPool
    trail: MemoryAuditTrail
    accounts: MemoryAccountStore
    mailer: MemoryMailer
    ids: SequentialIds
    clock: ManualClock

    def identity(self, faults: Faults | None = None) -> CognitoIdentity:
        """A provider whose calls of Cognito and of the accounts fail as planned."""
        plan, counts = faults or no_faults(), MemoryRateLimiter()
        limit = LetterLimit(counts, self.ids, self.clock)
        return CognitoIdentity(
            faulty(self.client, plan),
            self.pool,
            accounts=faulty(self.accounts, plan),
            hasher=MemoryPasswordHasher(cost=1),
            letters=Letters(mailer=self.mailer, decoy=MemoryMailer(self.clock), ids=self.ids, limit=limit),
            failures=Failures(counts, self.clock),
            ids=self.ids,
            clock=self.clock,
        )

    def told(self) -> list[AuditAction]:
        """What the trail tells of the account, oldest first."""
        page = self.trail.page(self.account().id, at=self.clock.now(), limit=100, after=None)
        return [event.action for event in reversed(page)]

    def account(self) -> Account:
        """The row as it is now."""
        return self.accounts.find(ADA.canonical)


@dataclass(frozen=True, slots=True, kw_only=True)
class CognitoDesk(IdentityDesk):
    """A desk whose backstage a test may look at."""

    backstage: Backstage


def cognito_desk(server: Ministack, cleanup: ExitStack) -> CognitoDesk:
    """A provider over a new pool; time is the accounts' and the codes', never Cognito's."""
    pool, clock = new_pool(server, cleanup), ManualClock()
    sender, trail = sender_of(server, pool), MemoryAuditTrail()
    backstage = Backstage(
        client=cognito_client(server),
        pool=pool,
        trail=trail,
        accounts=MemoryAccountStore(trail),
        mailer=MemoryMailer(clock),
        ids=SequentialIds(clock),
        clock=clock,
    )
    return CognitoDesk(
        identity=backstage.identity(), codes=lambda address: _codes(server, sender, address), advance=clock.advance, backstage=backstage
    )


def _codes(server: Ministack, sender: str, address: str) -> list[str]:
    texts = [str(mail["BodyText"]) for mail in server.mails() if mail["Source"] == sender and mail["To"] == [address]]
    return [code for text in texts for code in re.findall(r"\b\d{6}\b", text)]
