"""Which adapter stands behind which port: the only module that knows dependency-injector."""

from dependency_injector import containers, providers

from demobackend.composition import factories as make
from demobackend.composition import factories_aws as aws
from demobackend.composition.assemble import letters, lockout, one_trail, own_identity
from demobackend.composition.late import late
from demobackend.composition.settings import Settings

Singleton, Selector = providers.Singleton, providers.Selector


class Container(containers.DeclarativeContainer):
    """Every provider makes its adapter once, when it is first asked for; those to Amazon are `late`, made when they are first used."""

    kinds = providers.Configuration(strict=True)
    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)

    clock = Singleton(make.system_clock)
    ids = Singleton(make.system_ids, clock)
    random = Singleton(make.system_random)
    database = Singleton(make.database, settings)

    session = Singleton(aws.session, settings)
    table = Singleton(aws.table, settings, Singleton(aws.dynamodb_client, session))
    s3 = Singleton(aws.s3_client, session)
    cognito = Singleton(aws.cognito_client, session)
    pool = Singleton(aws.pool, settings, session)
    opensearch = Singleton(aws.search_client, settings)

    secrets = Selector(
        kinds.secrets,
        memory=Singleton(make.memory_secrets),
        filesystem=Singleton(make.filesystem_secrets, settings),
        secretsmanager=Singleton(late, Singleton(aws.secrets, settings, session, clock).provider),
    )
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
        s3=Singleton(late, Singleton(aws.blobs, settings, s3, clock).provider),
    )
    memory_feed = Singleton(make.memory_feed, ids)
    feed = Selector(kinds.catalog, memory=memory_feed, sqlite=Singleton(make.sqlite_feed, database, ids))
    catalog = Selector(
        kinds.catalog,
        memory=Singleton(make.memory_catalog, memory_feed),
        sqlite=Singleton(make.sqlite_catalog, database, ids),
        dynamodb=Singleton(aws.catalog, table),
    )
    index = Selector(
        kinds.search,
        memory=Singleton(make.memory_index),
        sqlite=Singleton(make.sqlite_index, database),
        opensearch=Singleton(aws.index, settings, opensearch),
    )
    memory_trail, sqlite_trail = Singleton(make.memory_trail), Singleton(make.sqlite_trail, database)
    dynamodb_trail = Singleton(aws.trail, table)
    audit_trail = Singleton(
        one_trail,
        Selector(kinds.accounts, memory=memory_trail, sqlite=sqlite_trail, dynamodb=dynamodb_trail),
        Selector(kinds.sessions, memory=memory_trail, sqlite=sqlite_trail, dynamodb=dynamodb_trail),
    )
    accounts = Selector(
        kinds.accounts,
        memory=Singleton(make.memory_accounts, memory_trail),
        sqlite=Singleton(make.sqlite_accounts, database),
        dynamodb=Singleton(aws.accounts, table),
    )
    sessions = Selector(
        kinds.sessions,
        memory=Singleton(make.memory_sessions, memory_trail),
        sqlite=Singleton(make.sqlite_sessions, database),
        dynamodb=Singleton(late, Singleton(aws.sessions, table).provider),
    )
    idempotency = Selector(
        kinds.idempotency,
        memory=Singleton(make.memory_idempotency),
        sqlite=Singleton(make.sqlite_idempotency, database),
        dynamodb=Singleton(late, Singleton(aws.idempotency, table).provider),
    )
    limiter = Singleton(make.memory_limiter)
    failure_limiter = Selector(
        kinds.accounts,
        memory=Singleton(make.memory_limiter),
        sqlite=Singleton(make.sqlite_limiter, database),
        dynamodb=Singleton(aws.failure_limiter, table),
    )
    mailer = Selector(
        kinds.mail,
        memory=Singleton(make.memory_mailer, clock),
        filesystem=Singleton(make.filesystem_mailer, settings, clock),
        ses=Singleton(late, Singleton(aws.mailer, settings, session, idempotency, clock).provider),
    )
    hasher = Singleton(make.argon2_hasher, settings)
    issuer = Selector(
        kinds.identity,
        own=Singleton(make.jwt_issuer, settings, signing_keys, ids),
        cognito=Singleton(late, Singleton(aws.cognito_issuer, cognito, pool).provider),
    )
    verifier = Selector(
        kinds.identity,
        own=Singleton(make.jwt_verifier, settings, signing_keys, clock),
        cognito=Singleton(late, Singleton(aws.cognito_verifier, settings, session, clock).provider),
    )
    extractor = Singleton(make.subprocess_extractor, settings)
    failures = Singleton(lockout, settings.provided.limits, failure_limiter, clock)
    letters = Singleton(letters, mailer, ids)
    cognito_identity = Singleton(
        aws.cognito_identity, cognito, pool, accounts=accounts, hasher=hasher, letters=letters, failures=failures, ids=ids, clock=clock
    )
    identity = Selector(
        kinds.identity,
        own=Singleton(
            own_identity, accounts=accounts, hasher=hasher, letters=letters, failures=failures, random=random, ids=ids, clock=clock
        ),
        cognito=Singleton(late, cognito_identity.provider),
    )
