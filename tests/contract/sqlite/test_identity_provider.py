"""Our own identity provider keeps its contract over SQLite, Argon2id and files of mail."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from demobackend.adapters.argon2.password_hasher import Argon2PasswordHasher
from demobackend.adapters.filesystem.mailer import FilesystemMailer
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.mailer import MemoryMailer
from demobackend.adapters.sqlite.account_store import SqliteAccountStore
from demobackend.adapters.sqlite.database import Database
from demobackend.adapters.sqlite.rate_limiter import SqliteRateLimiter
from demobackend.adapters.system.ids import SystemIds
from demobackend.adapters.system.random_source import SystemRandom
from demobackend.domain.use_cases.users.failures import Failures
from demobackend.domain.use_cases.users.letter_limit import LetterLimit
from demobackend.domain.use_cases.users.letters import Letters
from demobackend.domain.use_cases.users.own_identity import OwnIdentity
from demobackend.testing.contracts.identity_provider import IdentityDesk, IdentityProviderContract


class TestOwnIdentityOnThisMachine(IdentityProviderContract):
    def desk(self) -> IdentityDesk:
        folder = Path(self.cleanup.enter_context(TemporaryDirectory()))
        database = self.cleanup.enter_context(Database.open(folder / "database"))
        clock, counts = ManualClock(), SqliteRateLimiter(database)
        ids, mailer = SystemIds(clock), FilesystemMailer(folder, clock)
        identity = OwnIdentity(
            accounts=SqliteAccountStore(database),
            hasher=Argon2PasswordHasher(memory_kib=64, passes=1, lanes=1),
            letters=Letters(mailer=mailer, decoy=MemoryMailer(clock), ids=ids, limit=LetterLimit(counts, ids, clock)),
            failures=Failures(counts, clock),
            random=SystemRandom(),
            ids=ids,
            clock=clock,
        )

        def codes(address: str) -> list[str]:
            mails = reversed(mailer.newest(to=address, limit=100))
            return [code for sent in mails for code in re.findall(r"\b[0-9]{6}\b", sent.mail.text)]

        return IdentityDesk(identity=identity, codes=codes, advance=clock.advance)
