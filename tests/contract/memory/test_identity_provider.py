"""Our own identity provider keeps its contract over stores in memory."""

import re

from demobackend.adapters.memory.account_store import MemoryAccountStore
from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.mailer import MemoryMailer
from demobackend.adapters.memory.password_hasher import MemoryPasswordHasher
from demobackend.adapters.memory.random_source import SeededRandom
from demobackend.adapters.memory.rate_limiter import MemoryRateLimiter
from demobackend.domain.use_cases.users.failures import Failures
from demobackend.domain.use_cases.users.letter_limit import LetterLimit
from demobackend.domain.use_cases.users.letters import Letters
from demobackend.domain.use_cases.users.own_identity import OwnIdentity
from demobackend.testing.contracts.identity_provider import IdentityDesk, IdentityProviderContract


class TestOwnIdentityInMemory(IdentityProviderContract):
    def desk(self) -> IdentityDesk:
        clock = ManualClock()
        ids, mailer, counts = SequentialIds(clock), MemoryMailer(clock), MemoryRateLimiter()
        identity = OwnIdentity(
            accounts=MemoryAccountStore(MemoryAuditTrail()),
            hasher=MemoryPasswordHasher(),
            letters=Letters(mailer=mailer, decoy=MemoryMailer(clock), ids=ids, limit=LetterLimit(counts, ids, clock)),
            failures=Failures(counts, clock),
            random=SeededRandom(),
            ids=ids,
            clock=clock,
        )

        def codes(address: str) -> list[str]:
            mails = reversed(mailer.newest(to=address, limit=100))
            return [code for sent in mails for code in re.findall(r"\b[0-9]{6}\b", sent.mail.text)]

        return IdentityDesk(identity=identity, codes=codes, advance=clock.advance)
