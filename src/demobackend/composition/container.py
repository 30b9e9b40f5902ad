"""Which adapter stands behind which port: the only module that knows dependency-injector."""

from functools import partial

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Configuration, Dependency, Selector
from dependency_injector.providers import Singleton as One

from demobackend.composition.assemble import letters, lockout, one_trail, own_identity
from demobackend.composition.aws import Aws
from demobackend.composition.factories import amazon, local, memory
from demobackend.composition.settings import Settings


class Container(DeclarativeContainer):
    """Every provider makes its adapter once, when it is first asked for; a `Selector` takes the one that its kind names."""

    kinds = Configuration(strict=True)
    settings: Dependency[Settings] = Dependency(instance_of=Settings)

    clock = One(local.clock)
    ids = One(local.ids, clock)
    random = One(local.random)
    database = One(local.database, settings)
    aws = One(Aws, settings)

    secrets = Selector(
        kinds.secrets, memory=One(memory.secrets), filesystem=One(local.secrets, settings), secretsmanager=One(amazon.secrets, aws, clock)
    )
    signer = One(local.signer, settings, secrets, clock)
    blobs = Selector(
        kinds.blobs,
        memory=One(memory.blobs, signer, clock),
        filesystem=One(local.blobs, settings, signer, clock),
        s3=One(amazon.blobs, aws, clock),
    )
    memory_feed = One(memory.feed, ids)
    feed = Selector(kinds.catalog, memory=memory_feed, sqlite=One(local.feed, database, ids))
    catalog = Selector(
        kinds.catalog, memory=One(memory.catalog, memory_feed), sqlite=One(local.catalog, database, ids), dynamodb=One(amazon.catalog, aws)
    )
    index = Selector(kinds.search, memory=One(memory.index), sqlite=One(local.index, database), opensearch=One(amazon.index, aws))
    extractor = One(local.extractor, settings)

    memory_trail, sqlite_trail, dynamodb_trail = One(memory.trail), One(local.trail, database), One(amazon.trail, aws)
    audit_trail = One(
        one_trail,
        Selector(kinds.accounts, memory=memory_trail, sqlite=sqlite_trail, dynamodb=dynamodb_trail),
        Selector(kinds.sessions, memory=memory_trail, sqlite=sqlite_trail, dynamodb=dynamodb_trail),
    )
    accounts = Selector(
        kinds.accounts, memory=One(memory.accounts, memory_trail), sqlite=One(local.accounts, database), dynamodb=One(amazon.accounts, aws)
    )
    sessions = Selector(
        kinds.sessions, memory=One(memory.sessions, memory_trail), sqlite=One(local.sessions, database), dynamodb=One(amazon.sessions, aws)
    )
    idempotency = Selector(
        kinds.idempotency, memory=One(memory.idempotency), sqlite=One(local.idempotency, database), dynamodb=One(amazon.idempotency, aws)
    )
    limiter = One(memory.limiter)
    failure_limiter = Selector(
        kinds.accounts, memory=One(memory.limiter), sqlite=One(local.failure_limiter, database), dynamodb=One(amazon.failure_limiter, aws)
    )
    mailer = Selector(
        kinds.mail,
        memory=One(memory.mailer, clock),
        filesystem=One(local.mailer, settings, clock),
        ses=One(amazon.mailer, aws, idempotency, clock),
    )
    memory_decoy = One(memory.decoy, clock)
    decoy = Selector(kinds.mail, memory=memory_decoy, filesystem=One(local.decoy, settings, clock), ses=memory_decoy)

    signing_keys = Selector(kinds.secrets, memory=One(memory.signing_keys, clock), filesystem=One(local.signing_keys, settings))
    issuer = Selector(kinds.identity, own=One(local.issuer, settings, signing_keys, ids), cognito=One(amazon.issuer, aws))
    verifier = Selector(kinds.identity, own=One(local.verifier, settings, signing_keys, clock), cognito=One(amazon.verifier, aws, clock))
    hasher = One(local.hasher, settings)
    letters = One(letters, settings.provided.limits, failure_limiter, mailer=mailer, decoy=decoy, ids=ids, clock=clock)
    failures = One(lockout, settings.provided.limits, failure_limiter, clock)
    one_identity = partial(One, accounts=accounts, hasher=hasher, letters=letters, failures=failures, ids=ids, clock=clock)
    identity = Selector(kinds.identity, own=one_identity(own_identity, random=random), cognito=one_identity(amazon.identity, aws))
