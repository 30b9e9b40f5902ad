"""Ports in, areas out: the one place where use cases get their ports, checked by the type checker.

Each function imports what it puts together, so that a function of AWS Lambda loads its own area and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demobackend.api.gate import Gate, Rules
    from demobackend.composition.settings import LimitSettings
    from demobackend.domain.model.usage import Plan
    from demobackend.domain.use_cases.areas import Events, Files, Search, Users
    from demobackend.domain.use_cases.users.failures import Failures
    from demobackend.domain.use_cases.users.letters import Letters
    from demobackend.ports.account_store import AccountStore
    from demobackend.ports.audit_trail import AuditTrail
    from demobackend.ports.blob_store import BlobStore
    from demobackend.ports.clock import Clock
    from demobackend.ports.file_catalog import FileCatalog
    from demobackend.ports.idempotency_store import IdempotencyStore
    from demobackend.ports.identity_provider import IdentityProvider
    from demobackend.ports.ids import Ids
    from demobackend.ports.mailer import Mailer
    from demobackend.ports.password_hasher import PasswordHasher
    from demobackend.ports.random_source import RandomSource
    from demobackend.ports.rate_limiter import RateLimiter
    from demobackend.ports.search_index import SearchIndex
    from demobackend.ports.secrets import Secrets
    from demobackend.ports.session_store import SessionStore
    from demobackend.ports.text_extractor import TextExtractor
    from demobackend.ports.token_issuer import TokenIssuer
    from demobackend.ports.token_verifier import TokenVerifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The ports that areas are made from. Each is a function, so an area calls up only the technologies it needs."""

    clock: Callable[[], Clock]
    ids: Callable[[], Ids]
    secrets: Callable[[], Secrets]
    blobs: Callable[[], BlobStore]
    catalog: Callable[[], FileCatalog]
    accounts: Callable[[], AccountStore]
    sessions: Callable[[], SessionStore]
    identity: Callable[[], IdentityProvider]
    issuer: Callable[[], TokenIssuer]
    verifier: Callable[[], TokenVerifier]
    index: Callable[[], SearchIndex]
    extractor: Callable[[], TextExtractor]
    idempotency: Callable[[], IdempotencyStore]
    limiter: Callable[[], RateLimiter]


def gate(ports: Ports, rules: Rules) -> Gate:
    """What stands before every operation."""
    from demobackend.api.cursors import Cursors
    from demobackend.api.gate import Gate
    from demobackend.domain.use_cases.users.authenticate import Authenticate

    clock = ports.clock()
    return Gate(
        authenticate=Authenticate(ports.verifier(), ports.sessions(), clock),
        idempotency=ports.idempotency(),
        limiter=ports.limiter(),
        cursors=Cursors(ports.secrets()),
        clock=clock,
        ids=ports.ids(),
        rules=rules,
    )


def files(ports: Ports, plan: Plan) -> Files:
    """The files area."""
    from demobackend.domain.use_cases.areas import Files
    from demobackend.domain.use_cases.files.abort_upload import AbortUpload
    from demobackend.domain.use_cases.files.change_files import RestoreFile, TrashFile, UpdateFile
    from demobackend.domain.use_cases.files.complete_upload import CompleteUpload
    from demobackend.domain.use_cases.files.create_file import CreateFile
    from demobackend.domain.use_cases.files.link_file import LinkFile
    from demobackend.domain.use_cases.files.read_files import GetFile, GetUsage, ListFiles

    catalog, blobs, clock = ports.catalog(), ports.blobs(), ports.clock()
    return Files(
        create=CreateFile(catalog, blobs, ports.ids(), clock, plan),
        complete_upload=CompleteUpload(catalog, blobs, clock),
        abort_upload=AbortUpload(catalog, blobs, clock),
        list=ListFiles(catalog),
        get=GetFile(catalog),
        update=UpdateFile(catalog, clock),
        trash=TrashFile(catalog, clock),
        restore=RestoreFile(catalog, clock),
        link=LinkFile(catalog, blobs),
        usage=GetUsage(catalog, plan),
    )


def users(ports: Ports, plan: Plan) -> Users:
    """The users area."""
    from demobackend.domain.use_cases.areas import Users
    from demobackend.domain.use_cases.users.profile import GetMe, UpdateMe
    from demobackend.domain.use_cases.users.registration import ConfirmRegistration, Register, ResendConfirmation
    from demobackend.domain.use_cases.users.sign_in import Handing, Login, Logout, Refresh

    identity, accounts, sessions = ports.identity(), ports.accounts(), ports.sessions()
    clock, secrets, ids = ports.clock(), ports.secrets(), ports.ids()
    handing = Handing(accounts=accounts, issuer=ports.issuer(), secrets=secrets)
    get_me = GetMe(accounts)
    return Users(
        register=Register(identity),
        confirm_registration=ConfirmRegistration(identity),
        resend_confirmation=ResendConfirmation(identity),
        login=Login(identity=identity, sessions=sessions, handing=handing, ids=ids, clock=clock),
        refresh=Refresh(sessions=sessions, handing=handing, secrets=secrets, ids=ids, clock=clock),
        logout=Logout(sessions=sessions, secrets=secrets, ids=ids, clock=clock, issuer=handing.issuer),
        get_me=get_me,
        update_me=UpdateMe(get_me, accounts, ids, clock),
        plan=plan,
    )


def search(ports: Ports) -> Search:
    """The search area."""
    from demobackend.domain.use_cases.areas import Search
    from demobackend.domain.use_cases.search.search_files import SearchFiles

    return Search(search=SearchFiles(ports.index(), ports.catalog()))


def events(ports: Ports) -> Events:
    """What happens without a request."""
    from demobackend.domain.use_cases.areas import Events
    from demobackend.domain.use_cases.events.confirm_upload import ConfirmUpload
    from demobackend.domain.use_cases.events.process_changes import HandleChange
    from demobackend.domain.use_cases.events.project_file_change import ProjectFileChange
    from demobackend.domain.use_cases.events.rebuild_index import RebuildIndex
    from demobackend.domain.use_cases.events.sweep import CheckBlobs, PurgeTrash, Sweep, SweepUploads
    from demobackend.domain.use_cases.files.complete_upload import CompleteUpload

    catalog, blobs, index, clock = ports.catalog(), ports.blobs(), ports.index(), ports.clock()
    project_file_change = ProjectFileChange(catalog, blobs, index, ports.extractor())
    return Events(
        rebuild_index=RebuildIndex(catalog, index, project_file_change),
        handle_change=HandleChange(project_file_change, ConfirmUpload(CompleteUpload(catalog, blobs, clock))),
        sweep=Sweep(
            SweepUploads(catalog, blobs, clock),
            PurgeTrash(catalog, blobs, index, clock),
            CheckBlobs(catalog, blobs, project_file_change, clock),
        ),
    )


def lockout(limits: LimitSettings, limiter: RateLimiter, clock: Clock) -> Failures:
    """Failed sign-ins, counted as the settings say."""
    from demobackend.domain.model.lockout import LockoutRules
    from demobackend.domain.use_cases.users.failures import Failures

    rules = LockoutRules(
        per_account=limits.failures_per_account,
        per_network=limits.failures_per_network,
        everywhere=limits.failures_everywhere,
        window=timedelta(minutes=limits.failure_minutes),
    )
    return Failures(limiter, clock, rules)


def one_trail(of_accounts: AuditTrail, of_sessions: AuditTrail) -> AuditTrail:
    """The trail that both stores write to, or both trails as one where accounts and sessions are kept apart."""
    from demobackend.adapters.merged_audit_trail import MergedAuditTrail

    return of_accounts if of_accounts is of_sessions else MergedAuditTrail((of_accounts, of_sessions))


def letters(limits: LimitSettings, limiter: RateLimiter, *, mailer: Mailer, decoy: Mailer, ids: Ids, clock: Clock) -> Letters:
    """The letters that identity providers send, as many as the settings say."""
    from demobackend.domain.model.letter_rules import LetterRules
    from demobackend.domain.use_cases.users.letter_limit import LetterLimit
    from demobackend.domain.use_cases.users.letters import Letters

    rules = LetterRules(per_hour=limits.letters_per_hour, per_day=limits.letters_per_day)
    return Letters(mailer=mailer, decoy=decoy, ids=ids, limit=LetterLimit(limiter, ids, clock, rules))


def own_identity(
    *,
    accounts: AccountStore,
    hasher: PasswordHasher,
    letters: Letters,
    failures: Failures,
    random: RandomSource,
    ids: Ids,
    clock: Clock,
) -> IdentityProvider:
    """Our own identity provider."""
    from demobackend.domain.use_cases.users.own_identity import OwnIdentity

    return OwnIdentity(accounts=accounts, hasher=hasher, letters=letters, failures=failures, random=random, ids=ids, clock=clock)
