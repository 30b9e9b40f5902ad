"""Which adapter stands behind which port: the only module that knows dependency-injector."""

from dependency_injector import containers, providers

from demobackend.composition import factories as make
from demobackend.composition.assemble import own_identity
from demobackend.composition.settings import Settings

Singleton, Selector = providers.Singleton, providers.Selector


class Container(containers.DeclarativeContainer):
    """Every provider makes its adapter once, when it is first asked for."""

    kinds = providers.Configuration(strict=True)
    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)

    clock = Singleton(make.system_clock)
    ids = Singleton(make.system_ids, clock)
    random = Singleton(make.system_random)
    database = Singleton(make.database, settings)

    secrets = Selector(kinds.secrets, memory=Singleton(make.memory_secrets), filesystem=Singleton(make.filesystem_secrets, settings))
    signing_keys = Selector(
        kinds.secrets,
        memory=Singleton(make.ephemeral_signing_keys, clock),
        filesystem=Singleton(make.filesystem_signing_keys, settings),
    )
    signer = Singleton(make.signer, settings, secrets, clock)
    blobs = Selector(
        kinds.blobs,
        memory=Singleton(make.memory_blobs, signer, clock),
        filesystem=Singleton(make.filesystem_blobs, settings, signer, clock),
    )
    memory_feed = Singleton(make.memory_feed, ids)
    feed = Selector(kinds.catalog, memory=memory_feed, sqlite=Singleton(make.sqlite_feed, database, ids))
    catalog = Selector(
        kinds.catalog, memory=Singleton(make.memory_catalog, memory_feed), sqlite=Singleton(make.sqlite_catalog, database, ids)
    )
    index = Selector(kinds.search, memory=Singleton(make.memory_index), sqlite=Singleton(make.sqlite_index, database))
    accounts = Selector(kinds.accounts, memory=Singleton(make.memory_accounts), sqlite=Singleton(make.sqlite_accounts, database))
    sessions = Selector(kinds.sessions, memory=Singleton(make.memory_sessions), sqlite=Singleton(make.sqlite_sessions, database))
    idempotency = Selector(
        kinds.idempotency, memory=Singleton(make.memory_idempotency), sqlite=Singleton(make.sqlite_idempotency, database)
    )
    limiter = Singleton(make.memory_limiter)
    failures = Selector(kinds.accounts, memory=Singleton(make.memory_limiter), sqlite=Singleton(make.sqlite_limiter, database))
    mailer = Selector(
        kinds.mail, memory=Singleton(make.memory_mailer, clock), filesystem=Singleton(make.filesystem_mailer, settings, clock)
    )
    hasher = Singleton(make.argon2_hasher, settings)
    issuer = Singleton(make.jwt_issuer, settings, signing_keys, ids)
    verifier = Singleton(make.jwt_verifier, settings, signing_keys, clock)
    extractor = Singleton(make.subprocess_extractor, settings)
    identity = Singleton(
        own_identity,
        settings.provided.limits,
        accounts=accounts,
        hasher=hasher,
        mailer=mailer,
        failures=failures,
        random=random,
        ids=ids,
        clock=clock,
    )
